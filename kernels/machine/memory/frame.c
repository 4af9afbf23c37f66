/* SPDX-License-Identifier: MIT */
/* frame.c -- two bits a frame: is it RAM that we govern, is it free. The bitmaps lie in the first
 * range that has room for them. A search begins at the lowest word that may have a free frame, so
 * it is short unless memory is nearly full. */
#include "machine/memory/frame.h"

#include "lib/error.h"
#include "lib/string.h"
#include "machine/report/panic.h"

#define WORD_BITS 64
/* The boot page tables, under which this runs, map no more. */
#define BOOT_MAPPED 0x100000000ul

/* I1: free is a subset of governed. I2: no free frame lies in a word below first_word. I3: unused
 * counts the bits of free. */
static uint64_t *governed, *free_bits;
static size_t words, total, unused, first_word;
/* Of the last run that was found: the next search for one begins there, or it would look through
 * all holes below again and again. */
static size_t run_word;

static bool bit_get(const uint64_t *map, size_t n) {
    return map[n / WORD_BITS] >> n % WORD_BITS & 1;
}

static void bit_set(uint64_t *map, size_t n) {
    map[n / WORD_BITS] |= 1ul << n % WORD_BITS;
}

static void bit_clear(uint64_t *map, size_t n) {
    map[n / WORD_BITS] &= ~(1ul << n % WORD_BITS);
}

static bool is_governed(size_t n) {
    return n < words * WORD_BITS && bit_get(governed, n);
}

/* Finds room for the bitmaps; gives the number of bytes it takes at *at. */
static size_t place_bitmaps(const struct boot_range *ram, unsigned count, paddr_t *at) {
    size_t bytes = page_round_up(2 * words * sizeof(uint64_t));
    for (const struct boot_range *r = ram; r < ram + count; r++) {
        if (r->len_bytes >= bytes && r->start.at + bytes <= BOOT_MAPPED) {
            *at = r->start;
            return bytes;
        }
    }
    panic("no %lu bytes of RAM below 4 GiB for the frame bitmaps", bytes);
}

void frame_init(const struct boot_range *ram, unsigned count) {
    assert_that(count);
    const struct boot_range *last = &ram[count - 1];
    words = ((last->start.at + last->len_bytes) / PAGE_SIZE + WORD_BITS - 1) / WORD_BITS;

    paddr_t at;
    size_t bytes = place_bitmaps(ram, count, &at);
    governed = direct(at);
    free_bits = governed + words;
    memset(governed, 0, bytes);
    for (const struct boot_range *r = ram; r < ram + count; r++) {
        size_t first = r->start.at / PAGE_SIZE, frames = r->len_bytes / PAGE_SIZE;
        for (size_t n = first; n < first + frames; n++) {
            if (n * PAGE_SIZE >= at.at && n * PAGE_SIZE < at.at + bytes)
                continue;
            bit_set(governed, n);
            bit_set(free_bits, n);
            total++;
        }
    }
    unused = total;
}

static void take(size_t n) {
    bit_clear(free_bits, n);
    unused--;
}

int frame_alloc(paddr_t *frame) {
    for (; first_word < words; first_word++) {
        if (free_bits[first_word]) {
            size_t n = first_word * WORD_BITS + (size_t)__builtin_ctzl(free_bits[first_word]);
            take(n);
            *frame = PADDR(n * PAGE_SIZE);
            return 0;
        }
    }
    return -E_NO_MEMORY;
}

int frame_alloc_zeroed(paddr_t *frame) {
    int error = frame_alloc(frame);
    if (!error)
        memset(direct(*frame), 0, PAGE_SIZE);
    return error;
}

/* The end of the first run of so many free frames from this word on, or 0. */
static size_t find_run(size_t word, size_t count) {
    size_t length = 0;
    for (size_t n = word * WORD_BITS; n < words * WORD_BITS; n++) {
        if (n % WORD_BITS == 0 && !free_bits[n / WORD_BITS]) {
            length = 0;
            n += WORD_BITS - 1;
            continue;
        }
        length = bit_get(free_bits, n) ? length + 1 : 0;
        if (length == count)
            return n + 1;
    }
    return 0;
}

int frame_alloc_run(paddr_t *first, size_t count) {
    if (count == 0)
        return -E_INVALID;
    size_t end = find_run(run_word > first_word ? run_word : first_word, count);
    if (!end)
        end = find_run(first_word, count);
    if (!end)
        return -E_NO_MEMORY;
    for (size_t n = end - count; n < end; n++)
        take(n);
    run_word = (end - 1) / WORD_BITS;
    *first = PADDR((end - count) * PAGE_SIZE);
    return 0;
}

int frame_claim(paddr_t frame) {
    size_t n = frame.at / PAGE_SIZE;
    if (frame.at % PAGE_SIZE || !is_governed(n))
        return -E_INVALID;
    if (!bit_get(free_bits, n))
        return -E_EXISTS;
    take(n);
    return 0;
}

void frame_free(paddr_t frame) {
    size_t n = frame.at / PAGE_SIZE;
    if (frame.at % PAGE_SIZE || !is_governed(n))
        panic("frame_free: %#lx is no frame of ours", frame.at);
    if (bit_get(free_bits, n))
        panic("frame_free: frame %#lx is free already", frame.at);
    memset(direct(frame), FRAME_JUNK, PAGE_SIZE);
    bit_set(free_bits, n);
    unused++;
    if (n / WORD_BITS < first_word)
        first_word = n / WORD_BITS;
}

size_t frame_total(void) {
    return total;
}

size_t frame_unused(void) {
    return unused;
}

/* What is withheld: the words from withheld_from on, and some bits of the word before. */
static size_t withheld_from, withheld_words, withheld_count;
static uint64_t withheld_bits;

void frame_withhold(size_t left) {
    assert_that(withheld_words == 0 && left < unused);
    size_t n = first_word * WORD_BITS;
    for (size_t found = 0; found < left; n++)
        found += bit_get(free_bits, n);
    size_t word = n / WORD_BITS; /* its bits from n on are withheld, and all words behind it */
    withheld_words = words;
    withheld_from = words = word + 1;
    withheld_bits = free_bits[word] & -(1ul << n % WORD_BITS);
    free_bits[word] &= ~withheld_bits;
    withheld_count = unused - left;
    unused = left;
}

void frame_withhold_end(void) {
    assert_that(withheld_words != 0);
    free_bits[withheld_from - 1] |= withheld_bits;
    words = withheld_words;
    unused += withheld_count;
    if (withheld_from - 1 < first_word)
        first_word = withheld_from - 1;
    withheld_words = 0;
}
