/* SPDX-License-Identifier: MIT */
/* words.h -- design "capability": the word that the kernel keeps of each block, in blocks of the
 * volume's own that stay in core. The rest of XN asks here where metadata cannot be asked. */
#ifndef EXO_XN_WORDS_H
#define EXO_XN_WORDS_H

#include "exo/xn/store/target.h"

/* For types.h: `words` is a struct xn_words. Null: no block of the volume's. */
uint64_t *word_of(void *words, uint32_t block, bool changes);
/* Blocks become somebody's, or with 0 nobody's; nothing where the design has no words. */
void words_set(struct xn *x, uint32_t volume, uint32_t block, uint32_t count, uint64_t word);
/* They are free: in the map, too. */
void blocks_free(struct xn *x, uint32_t volume, uint32_t block, uint32_t count);
/* Is the block's word as the disk has it? Else somebody else's could be there after a crash. */
bool word_is_durable(const struct xn *x, const struct xn_entry *e);
/* The block's word vouches, for a block that stands there or nowhere: else a tree could come to
 * stand below itself. */
int words_vouch(struct xn *x, const struct xn_who *who, const struct target *t,
                struct xn_extent child);
/* Recovery: the i-th block of words says which blocks are allocated; false: there are no more. */
bool words_own(struct xn *x, uint32_t volume, uint32_t i);

#endif
