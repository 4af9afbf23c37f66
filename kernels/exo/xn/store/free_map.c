/* SPDX-License-Identifier: MIT */
/* free_map.c -- see free_map.h. */
#include "exo/xn/store/free_map.h"

#include "exo/xn/store/registry.h"
#include "lib/error.h"

/* Of 1 to 64 bits. */
static uint64_t mask(uint32_t bit, uint32_t count) {
    return ~0ull >> (64 - count) << bit;
}

/* The part of a run that lies in the word of its first bit. */
static uint32_t part(uint32_t block, uint32_t count) {
    uint32_t left = 64 - block % 64;
    return count < left ? count : left;
}

bool bits_are_clear(const uint64_t *bits, uint32_t block, uint32_t count) {
    for (uint32_t n; count; block += n, count -= n) {
        n = part(block, count);
        if (bits[block / 64] & mask(block % 64, n))
            return false;
    }
    return true;
}

void bits_set(uint64_t *bits, uint32_t block, uint32_t count) {
    for (uint32_t n; count; block += n, count -= n) {
        n = part(block, count);
        bits[block / 64] |= mask(block % 64, n);
    }
}

void bits_clear(uint64_t *bits, uint32_t block, uint32_t count) {
    for (uint32_t n; count; block += n, count -= n) {
        n = part(block, count);
        bits[block / 64] &= ~mask(block % 64, n);
    }
}

bool map_run_is_free(const struct xn_volume *v, uint32_t block, uint32_t count) {
    for (uint32_t n; count; block += n, count -= n) {
        n = part(block, count);
        if (*map_word(v, block) & mask(block % 64, n))
            return false;
    }
    return true;
}

void map_own(struct xn_volume *v, uint32_t block, uint32_t count) {
    for (uint32_t n; count; block += n, count -= n) {
        n = part(block, count);
        *map_word(v, block) |= mask(block % 64, n);
    }
}

static inline void change(struct xn *x, uint32_t volume, uint32_t block, uint32_t count,
                          bool allocate) {
    struct xn_volume *v = &x->volume[volume];
    v->free = allocate ? v->free - count : v->free + count;
    for (uint32_t n; count; block += n, count -= n) {
        n = part(block, count);
        uint64_t *word = map_word(v, block), bits = mask(block % 64, n);
        *word = allocate ? *word | bits : *word & ~bits;
        struct xn_entry *e = v->map_entry[block / XN_MAP_BLOCKS];
        if (e->version == e->submitted)
            entry_changed(x, e);
    }
}

void map_allocate(struct xn *x, uint32_t volume, uint32_t block, uint32_t count) {
    change(x, volume, block, count, true);
}

struct xn_entry *word_entry(const struct xn *x, uint32_t volume, uint32_t block) {
    return entry_find(x, volume, x->volume[volume].catalogue_at + 1 + block / XN_WORDS);
}

uint64_t *word_of(void *owner, uint32_t block, bool changes) {
    const struct xn_words *w = owner;
    if (block >= w->x->volume[w->volume].blocks)
        return NULL;
    struct xn_entry *e = word_entry(w->x, w->volume, block);
    if (changes && e->version == e->submitted)
        entry_changed(w->x, e);
    return (uint64_t *)entry_bytes(w->x, e) + block % XN_WORDS;
}

void words_set(struct xn *x, uint32_t volume, uint32_t block, uint32_t count, uint64_t word) {
    struct xn_volume *v = &x->volume[volume];
    if (v->design == XN_CAPABILITY)
        for (uint32_t i = 0; i < count; i++)
            *word_of(&v->words, block + i, true) = word;
}

void map_free(struct xn *x, uint32_t volume, uint32_t block, uint32_t count) {
    change(x, volume, block, count, false);
    words_set(x, volume, block, count, 0);
}

bool xn_is_allocated(const struct xn_volume *v, uint32_t block) {
    return !map_is_free(v, block, 1);
}
