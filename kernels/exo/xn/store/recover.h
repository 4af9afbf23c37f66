/* SPDX-License-Identifier: MIT */
/* recover.h -- what a volume is worth that was not left clean: a walk from its roots says which
 * blocks are owned, and the free map is what no walk reaches. A block has one owner: the place that
 * the walk found first, or, if the type of a later one says so (XN_KEEP_LAST), that one. Temporary
 * trees are empty. */
#ifndef EXO_XN_RECOVER_H
#define EXO_XN_RECOVER_H

#include "exo/xn/xn.h"

/* The volume's own blocks are in core, and its types are imported. */
void recover_begin(struct xn *x, uint32_t volume);
/* A bounded share of it: 0: done; -E_AGAIN, -E_NOT_IN_CORE. */
int recover_go(struct xn *x, uint32_t volume);

#endif
