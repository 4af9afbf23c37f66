/* SPDX-License-Identifier: MIT */
/* free_map.h -- which blocks of a volume are allocated: bits in its MAP blocks, which stay in core
 * while it is mounted. On the disk they are a hint. */
#ifndef EXO_XN_FREE_MAP_H
#define EXO_XN_FREE_MAP_H

#include "exo/xn/xn.h"

/* The word of the map that a block's bit is in: no word is in two blocks of the map. */
static inline uint64_t *map_word(struct xn *x, const struct xn_volume *v, uint32_t block) {
    (void)x;
    return &v->map[block / XN_MAP_BLOCKS][block % XN_MAP_BLOCKS / 64];
}
static inline uint64_t *held_word(struct xn *x, const struct xn_volume *v, uint32_t block) {
    (void)x;
    return &v->held[block / 64];
}

/* What is done to the bits of a run of blocks, all within the volume; asked: false, one is set. */
enum bits { BITS_ARE_CLEAR, BITS_SET, BITS_CLEAR };
/* By words, one after the other. */
static inline __attribute__((always_inline)) bool
bits_walk(uint64_t *(*word)(struct xn *x, const struct xn_volume *v, uint32_t block), struct xn *x,
          const struct xn_volume *v, uint32_t block, uint32_t count, enum bits what) {
    for (uint32_t n; count; block += n, count -= n) {
        uint32_t bit = block % 64;
        n = count < 64 - bit ? count : 64 - bit;
        uint64_t *w = word(x, v, block), bits = ~0ull >> (64 - n) << bit;
        if (what == BITS_ARE_CLEAR && *w & bits)
            return false;
        if (what != BITS_ARE_CLEAR)
            *w = what == BITS_SET ? *w | bits : *w & ~bits;
    }
    return true;
}
/* Of what a move left behind. */
static inline bool held_bits(const struct xn_volume *v, uint32_t block, uint32_t count,
                             enum bits what) {
    return bits_walk(held_word, NULL, v, block, count, what);
}
/* Of the map, and nothing else is: for recovery. */
static inline bool map_bits(const struct xn_volume *v, uint32_t block, uint32_t count,
                            enum bits what) {
    return bits_walk(map_word, NULL, v, block, count, what);
}
/* Are all free? */
bool map_run_is_free(const struct xn_volume *v, uint32_t block, uint32_t count);
static inline bool map_is_free(const struct xn_volume *v, uint32_t block, uint32_t count) {
    return count == 1 ? !(*map_word(NULL, v, block) >> block % 64 & 1)
                      : map_run_is_free(v, block, count);
}
void map_allocate(struct xn *x, uint32_t volume, uint32_t block, uint32_t count);
void map_free(struct xn *x, uint32_t volume, uint32_t block, uint32_t count);

#endif
