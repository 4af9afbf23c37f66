/* SPDX-License-Identifier: MIT */
/* layout.h -- where the windows of a type are, flattened from its class, and what must hold of them
 * together. */
#ifndef EXO_XN_LAYOUT_H
#define EXO_XN_LAYOUT_H

#include "exo/xn/type/types.h"

/* Fills in what the importing's type has of its members. 0, or -E_INVALID with *why set, or
 * -E_NO_MEMORY. */
int layout(struct xn_importing *importing);

#endif
