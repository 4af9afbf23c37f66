/* SPDX-License-Identifier: MIT */
/* xn_own.h -- what the sources of a store over XN share. */
#ifndef EXO_LIBOS_DISK_XN_OWN_H
#define EXO_LIBOS_DISK_XN_OWN_H

#include "exo/libos/disk/xn_core.h"
#include "exo/libos/exposed.h"

STORE_OPS_DECLARE(xn_op_);

/* As a word of a call. */
static inline uint64_t word_of(struct xn_extent e) {
    uint64_t word;
    __builtin_memcpy(&word, &e, sizeof word);
    return word;
}

/* xn_bring.c: the block gets a frame with zeroes. -E_FULL: there is none; errors of XN's. */
long xn_insert_empty(struct xn_store *x, uint64_t at, uint32_t block);
/* The kernel's words of blocks may have changed, where it keeps some: what dirty looks at. */
static inline void xn_note_words(struct xn_store *x) {
    if (x->store.design != XN_CAPABILITY)
        return;
    const volatile struct exo_xn_volume *v = &exposed_xn()->volume[x->volume];
    for (uint32_t b = v->catalogue_at + 1; b < v->own; b++)
        xn_note_dirty(x, b);
}

#endif
