/* SPDX-License-Identifier: MIT */
/* check.h -- a change tried on the shadow, for the designs in which metadata tell what they own. */
#ifndef EXO_XN_CHECK_H
#define EXO_XN_CHECK_H

#include "exo/xn/type/meta.h"

/* As xn_change_check; what acl and size read is in the shadow, changed, afterwards. */
int sets_check(struct xn_types *types, const struct xn_change *change);

/* The short path: is it an alloc or a free of one pointer in a base type's window, or a write
 * there, and right? Then the shadow is as above. False says nothing: sets_check is asked. */
bool quick_check(struct xn_types *types, const struct xn_change *change);

/* Those of so many words of a block, from `first` on, that have their bit in the mask. */
void shadow_copy(uint64_t *to, const unsigned char *from, unsigned first, const uint64_t *mask,
                 unsigned words);
/* The shadow of a side's block: two sides of one block share one. */
unsigned char *shadow_of(const struct xn_types *types, const struct xn_change *change,
                         unsigned side);

#endif
