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

/* Are all free? */
bool map_is_free(const struct xn_volume *v, uint32_t block, uint32_t count);
void map_allocate(struct xn *x, uint32_t volume, uint32_t block, uint32_t count);
void map_free(struct xn *x, uint32_t volume, uint32_t block, uint32_t count);

#endif
