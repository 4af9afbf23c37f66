/* SPDX-License-Identifier: MIT */
/* order.h -- edges: a block that may not be written before another one's version is durable. The
 * third order makes them, for moves, and the library for what it wants itself.
 *
 * A block that was never durable waits for nobody, so that it can be written at any time, and no
 * circle goes through what taints. The others' edges are searched for circles. */
#ifndef EXO_XN_ORDER_H
#define EXO_XN_ORDER_H

#include "exo/xn/xn.h"

/* Edges that a move needs, at most: to the new parent, and to each block above it whose pointer on
 * the way down is not durable. */
#define ORDER_EDGES 8
struct edges {
    struct xn_entry *first[ORDER_EDGES];
    unsigned count;
};

/* `later` waits for the present version of `first`. Tried before, and a record is left. */
void order_wait(struct xn *x, uint16_t account, struct xn_entry *later, struct xn_entry *first);
/* What `from` must wait for when a pointer of its, which is on the disk, goes to `to`. -E_ORDER,
 * -E_COST. */
int order_move(const struct xn *x, const struct xn_entry *from, struct xn_entry *to,
               struct edges *edges);

#endif
