/* SPDX-License-Identifier: MIT */
/* words.h -- design "capability": the word that the kernel keeps of each block, in blocks of the
 * volume's own that stay in core. Recovery has nothing else. */
#ifndef EXO_XN_STORE_WORDS_H
#define EXO_XN_STORE_WORDS_H

#include "exo/xn/xn.h"

/* For types.h: `words` is a struct xn_words. Null: no block of the volume's. */
uint64_t *word_of(void *words, uint32_t block, bool changes);
/* Blocks become somebody's, or with 0 nobody's; nothing where the design has no words. */
void words_set(struct xn *x, uint32_t volume, uint32_t block, uint32_t count, uint64_t word);
/* The block that has a block's word. */
struct xn_entry *word_entry(const struct xn *x, uint32_t volume, uint32_t block);

#endif
