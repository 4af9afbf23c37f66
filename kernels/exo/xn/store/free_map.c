/* SPDX-License-Identifier: MIT */
/* free_map.c -- see free_map.h. */
#include "exo/xn/store/free_map.h"

#include "exo/xn/store/registry.h"
#include "exo/xn/store/words.h"
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

void map_free(struct xn *x, uint32_t volume, uint32_t block, uint32_t count) {
    change(x, volume, block, count, false);
    words_set(x, volume, block, count, 0);
}

bool xn_is_allocated(const struct xn_volume *v, uint32_t block) {
    return !map_is_free(v, block, 1);
}

/* Words of the map that one call looks at. */
enum { LOOKS = 1024 };

int64_t xn_find_free(const struct xn *x, uint32_t volume, uint32_t from, uint32_t count,
                     uint32_t *next) {
    const struct xn_volume *v = volume < XN_VOLUMES ? &x->volume[volume] : NULL;
    if (!v || v->state != XN_MOUNTED)
        return -E_NOT_FOUND;
    if (!count || count > XN_RUN)
        return -E_COST;
    uint32_t run = 0, at = from;
    for (unsigned looks = 0; looks < LOOKS && at < v->blocks; looks++) {
        uint64_t word = v->map[at / XN_MAP_BLOCKS][at % XN_MAP_BLOCKS / 64] >> at % 64;
        uint32_t n = word ? (uint32_t)__builtin_ctzll(word) : 64;
        if (n > 64 - at % 64)
            n = 64 - at % 64;
        if (n > v->blocks - at)
            n = v->blocks - at;
        run += n, at += n;
        if (run >= count)
            return at - run;
        if (n && at % 64 == 0)
            continue;
        run = 0;
        word = at < v->blocks ? ~v->map[at / XN_MAP_BLOCKS][at % XN_MAP_BLOCKS / 64] >> at % 64 : 0;
        n = word ? (uint32_t)__builtin_ctzll(word) : 64;
        at += n > 64 - at % 64 ? 64 - at % 64 : n;
    }
    *next = at < v->blocks ? at - run : v->blocks;
    return at < v->blocks ? -E_AGAIN : -E_FULL;
}
