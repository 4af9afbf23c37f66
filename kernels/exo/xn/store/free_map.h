/* SPDX-License-Identifier: MIT */
/* free_map.h -- which blocks of a volume are allocated: bits in its MAP blocks, which stay in core
 * while it is mounted. On the disk they are a hint. */
#ifndef EXO_XN_FREE_MAP_H
#define EXO_XN_FREE_MAP_H

#include "exo/xn/xn.h"

/* Bits of `count` blocks from `block` on, all within the volume. */
bool bits_are_clear(const uint64_t *bits, uint32_t block, uint32_t count);
void bits_set(uint64_t *bits, uint32_t block, uint32_t count);
void bits_clear(uint64_t *bits, uint32_t block, uint32_t count);

/* The word of the map that a block's bit is in: no word is in two blocks of the map. */
static inline uint64_t *map_word(const struct xn_volume *v, uint32_t block) {
    return &v->map[block / XN_MAP_BLOCKS][block % XN_MAP_BLOCKS / 64];
}
/* Are all free? */
bool map_run_is_free(const struct xn_volume *v, uint32_t block, uint32_t count);
static inline bool map_is_free(const struct xn_volume *v, uint32_t block, uint32_t count) {
    return count == 1 ? !(*map_word(v, block) >> block % 64 & 1) : map_run_is_free(v, block, count);
}
/* The bits only: for recovery. */
void map_own(struct xn_volume *v, uint32_t block, uint32_t count);
void map_allocate(struct xn *x, uint32_t volume, uint32_t block, uint32_t count);
void map_free(struct xn *x, uint32_t volume, uint32_t block, uint32_t count);

#endif
