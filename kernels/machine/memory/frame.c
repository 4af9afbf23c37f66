/* SPDX-License-Identifier: MIT */
/* frame.c -- see frame.h. A bit a frame says whether it is free, so that the lowest is found
 * soon: a search begins at the lowest word that may have one, and is short unless memory is
 * nearly full. */
#include "machine/memory/frame.h"

#include "lib/error.h"
#include "lib/string.h"
#include "machine/cpu/x86.h"
#include "machine/report/log.h"
#include "machine/report/panic.h"

_Static_assert(PAGE_SIZE % sizeof(struct page) == 0, "an array of them fills pages");

#define WORD_BITS 64
/* The boot page tables, under which this runs, map no more. */
#define BOOT_MAPPED 0x100000000ul

/* I1: a frame that is free has no reference; one of ours that is not free has. What has neither
 * is none of ours. I2: no free frame lies in a word below first_word. I3: unused counts the
 * free ones. */
static struct page *pages;
struct frame_state frame_state;
static size_t total, first_word;
/* Of the last run that was found: the next search for one begins there, or it would look through
 * all holes below again and again. */
static size_t run_word;

static bool is_free(size_t n) {
    return frame_is_free(n);
}

static void mark_used(size_t n) {
    frame_state.free_bits[n / WORD_BITS] &= ~(1ul << n % WORD_BITS);
    pages[n].references = 1;
    frame_state.unused--;
}

static inline __attribute__((always_inline)) void give_back(size_t n) {
    pages[n].owner = pages[n].link = 0;
    pages[n].readers = pages[n].writers = 0;
    frame_state.free_bits[n / WORD_BITS] |= 1ul << n % WORD_BITS;
    frame_state.unused++;
    if (n / WORD_BITS < first_word)
        first_word = n / WORD_BITS;
}

static size_t pages_bytes(void) {
    return page_round_up(frame_state.frames * sizeof(struct page));
}

static size_t bits_bytes(void) {
    return page_round_up(frame_state.frames / 8);
}

/* The range of RAM for both arrays: the first that has room, or the largest. */
static struct boot_range place_arrays(const struct boot_range *ram, unsigned count) {
    struct boot_range best = {.len_bytes = 0};
    for (unsigned i = 0; i < count && ram[i].start.at < BOOT_MAPPED; i++) {
        struct boot_range r = ram[i];
        if (r.len_bytes > BOOT_MAPPED - r.start.at)
            r.len_bytes = BOOT_MAPPED - r.start.at;
        if (r.len_bytes > best.len_bytes)
            best = r;
        if (best.len_bytes >= pages_bytes() + bits_bytes())
            break;
    }
    return best;
}

/* As many frames as there is room to know of. */
static void fit(uint64_t space) {
    if (pages_bytes() + bits_bytes() <= space)
        return;
    while (frame_state.frames && pages_bytes() + bits_bytes() > space)
        frame_state.frames -= WORD_BITS;
    log_line("memory: no room to note more frames: RAM from %#lx on is not used",
             frame_state.frames * PAGE_SIZE);
}

void frame_init(const struct boot_range *ram, unsigned count) {
    assert_that(count);
    const struct boot_range *last = &ram[count - 1];
    frame_state.frames = (last->start.at + last->len_bytes) / PAGE_SIZE;
    frame_state.frames += -frame_state.frames % WORD_BITS;
    struct boot_range place = place_arrays(ram, count);
    fit(place.len_bytes);
    pages = direct(place.start);
    frame_state.free_bits = direct(paddr_add(place.start, pages_bytes()));
    memset(pages, 0, pages_bytes() + bits_bytes());
    for (const struct boot_range *r = ram; r < ram + count; r++) {
        for (uint64_t at = r->start.at; at < r->start.at + r->len_bytes; at += PAGE_SIZE)
            if (at / PAGE_SIZE < frame_state.frames &&
                at - place.start.at >= pages_bytes() + bits_bytes())
                give_back(at / PAGE_SIZE);
    }
    total = frame_state.unused;
    first_word = 0;
}

/* Goes to the next word that has a free frame: there is one, by I2 and I3. */
static __attribute__((noinline)) int alloc_further(paddr_t *frame) {
    do
        first_word++;
    while (!frame_state.free_bits[first_word]);
    return frame_alloc(frame);
}

int frame_alloc(paddr_t *frame) {
    if (frame_state.unused == frame_state.withheld)
        return -E_NO_MEMORY;
    uint64_t bits = frame_state.free_bits[first_word];
    if (!bits)
        return alloc_further(frame);
    size_t n = first_word * WORD_BITS + bsf(bits);
    frame_state.free_bits[first_word] = bits & (bits - 1);
    pages[n].references = 1;
    frame_state.unused--;
    *frame = PADDR(n * PAGE_SIZE);
    return 0;
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
    for (size_t n = word * WORD_BITS; n < frame_state.frames; n++) {
        uint64_t rest = frame_state.free_bits[n / WORD_BITS] >> n % WORD_BITS;
        if (!rest) {
            length = 0;
            n |= WORD_BITS - 1;
            continue;
        }
        if (!length) /* however many are taken before it */
            n += bsf(rest);
        length = is_free(n) ? length + 1 : 0;
        if (length == count)
            return n + 1;
    }
    return 0;
}

int frame_alloc_run(paddr_t *first, size_t count) {
    if (count == 0)
        return -E_INVALID;
    if (count == 1)
        return frame_alloc(first);
    if (count > frame_state.unused - frame_state.withheld)
        return -E_NO_MEMORY;
    size_t end = find_run(run_word > first_word ? run_word : first_word, count);
    if (!end)
        end = find_run(first_word, count);
    if (!end)
        return -E_NO_MEMORY;
    for (size_t n = end - count; n < end; n++)
        mark_used(n);
    run_word = (end - 1) / WORD_BITS;
    *first = PADDR((end - count) * PAGE_SIZE);
    return 0;
}

/* The frame's number. What an address has below a page's start becomes the number's highest bits:
 * so a number is below `frames` only where a frame begins. */
static size_t number(paddr_t frame) {
    return frame.at >> PAGE_SHIFT | frame.at << (64 - PAGE_SHIFT);
}

struct page *frame_page(paddr_t frame) {
    size_t n = number(frame);
    return n < frame_state.frames && (pages[n].references || is_free(n)) ? &pages[n] : NULL;
}

int frame_claim(paddr_t frame, size_t left) {
    size_t n = number(frame);
    if (n >= frame_state.frames || !is_free(n))
        return n < frame_state.frames && pages[n].references ? -E_EXISTS : -E_INVALID;
    return frame_claim_free(&pages[n], n, left) ? 0 : -E_NO_MEMORY;
}

/* Says which rule forbids what was asked of a frame. */
static _Noreturn void refuse(paddr_t frame, const char *what) {
    const struct page *p = frame_page(frame);
    panic("%s: %s %#lx%s", what, p ? "frame" : "there is no frame of ours at", frame.at,
          !p              ? ""
          : p->references ? " is held by devices only"
                          : " is free already");
}

/* The number of a frame with a reference that is no device's. */
static size_t held(paddr_t frame, const char *what) {
    size_t n = number(frame);
    if (n >= frame_state.frames || pages[n].references == pages[n].pins)
        refuse(frame, what);
    return n;
}

int frame_share(paddr_t frame) {
    return page_count_up(&pages[held(frame, "frame_share")].references);
}

void frame_free(paddr_t frame) {
    size_t n = held(frame, "frame_free");
    if (--pages[n].references == 0)
        give_back(n);
}

int frame_pin(paddr_t frame) {
    struct page *p = &pages[held(frame, "frame_pin")];
    int error = page_count_up(&p->references);
    p->pins += !error; /* at most as many as there are references */
    return error;
}

void frame_unpin(paddr_t frame) {
    struct page *p = frame_page(frame);
    if (!p)
        refuse(frame, "frame_unpin");
    page_count_down(&p->pins);
    frame_free(frame);
}

int page_count_up(uint32_t *count) {
    if (*count == UINT32_MAX)
        return -E_FULL;
    ++*count;
    return 0;
}

void page_count_down(uint32_t *count) {
    assert_that(*count > 0);
    --*count;
}

paddr_t frame_pages(size_t *bytes) {
    *bytes = pages_bytes();
    return physical(pages);
}

paddr_t frame_free_bits(size_t *bytes) {
    *bytes = bits_bytes();
    return physical(frame_state.free_bits);
}

size_t frame_total(void) {
    return total;
}

size_t frame_unused(void) {
    return frame_state.unused - frame_state.withheld;
}

void frame_withhold(size_t left) {
    assert_that(frame_state.withheld == 0 && left < frame_state.unused);
    frame_state.withheld = frame_state.unused - left;
}

void frame_withhold_end(void) {
    assert_that(frame_state.withheld != 0);
    frame_state.withheld = 0;
}
