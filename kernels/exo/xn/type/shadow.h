/* SPDX-License-Identifier: MIT */
/* shadow.h -- where a change is tried: as much of one block or two as is read or changed, what the
 * partition owns before and after, and a stack for functions that are interpreted. */
#ifndef EXO_XN_SHADOW_H
#define EXO_XN_SHADOW_H

#include "exo/xn/type/functions.h"

#define XN_SET_MAX (XN_OWNED_MAX + 4) /* what is taken or added counts with the rest */

struct xn_shadow {
    uint64_t block[2][XN_BLOCK_BYTES / 8];
    struct xn_extent before[XN_SET_MAX], after[XN_SET_MAX]; /* quick.c: one, with both in it */
    uint8_t stack[XN_STACK_MAX];
};

/* Gives back a type that nobody knows. */
void type_release(struct xn_type *type, const struct hooks *hooks);

#endif
