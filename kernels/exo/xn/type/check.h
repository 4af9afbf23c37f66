/* SPDX-License-Identifier: MIT */
/* check.h -- a change tried on the shadow, for the designs in which metadata tell what they own. */
#ifndef EXO_XN_CHECK_H
#define EXO_XN_CHECK_H

#include "exo/xn/type/meta.h"

/* As xn_change_check; what acl and size read is in the shadow, changed, afterwards. */
int sets_check(struct xn_types *types, const struct xn_change *change);

/* The shadow of a side's block: two sides of one block share one. */
unsigned char *shadow_of(const struct xn_types *types, const struct xn_change *change,
                         unsigned side);

#endif
