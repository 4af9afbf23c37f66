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

/* --- Design "capability": the word that the kernel keeps of each block, in blocks of the volume's
 * own that stay in core. Recovery has nothing else. --- */

/* For types.h: `words` is a struct xn_words. Null: no block of the volume's. */
uint64_t *word_of(void *words, uint32_t block, bool changes);
/* Blocks become somebody's, or with 0 nobody's; nothing where the design has no words. */
void words_set(struct xn *x, uint32_t volume, uint32_t block, uint32_t count, uint64_t word);
/* The block that has a block's word. */
struct xn_entry *word_entry(const struct xn *x, uint32_t volume, uint32_t block);

#endif
