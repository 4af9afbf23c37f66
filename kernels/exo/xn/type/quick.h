/* SPDX-License-Identifier: MIT */
/* quick.h -- the short path of the change that is made most: a pointer comes or goes. */
#ifndef EXO_XN_QUICK_H
#define EXO_XN_QUICK_H

#include "exo/xn/type/sides.h"

/* Is it an alloc or a free of one pointer in a base type's window, and right? Then the shadow is as
 * after check.h's. False says nothing: the complete path is asked. */
bool quick_check(struct xn_types *types, const struct xn_change *change);

#endif
