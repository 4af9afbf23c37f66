/* SPDX-License-Identifier: MIT */
/* taint.h -- the second order: no pointer that a root reaches leads to metadata that were never
 * written. A child that was not durable yet, or is tainted itself, taints its parent: one counted
 * edge each, in entry.taints. Refused is only the write that would let a root reach it. */
#ifndef EXO_XN_TAINT_H
#define EXO_XN_TAINT_H

#include "exo/xn/xn.h"

/* Is its edge to its parent, if it has one, counted? */
bool taint_of_metadata(const struct xn *x, const struct xn_entry *e);
static inline bool taint_reaches_parent(const struct xn *x, const struct xn_entry *e) {
    return e->type != XN_BYTES && taint_of_metadata(x, e);
}
/* One edge more, or fewer, of a parent (null: of nobody); and so on upwards: how many levels. */
unsigned taint_raise(struct xn *x, struct xn_entry *parent);
unsigned taint_lower(struct xn *x, struct xn_entry *parent);
/* It is durable now, for the first time: the levels that learn of it. */
unsigned taint_initialised(struct xn *x, struct xn_entry *e);

/* Was it never on the disk, though its parent was, with the pointer to it (which is allowed while
 * no root reaches the parent)? The parent's version on the disk must not come to be reached: so the
 * pointer does not go before the child is written. */
bool taint_is_on_disk(const struct xn *x, const struct xn_entry *e);

/* What reaches it, by its ancestors in core, which are all there. */
enum reach { REACH_NOTHING, REACH_TEMPORARY, REACH_PERSISTENT };
enum reach taint_reach(const struct xn *x, const struct xn_entry *e);
/* The levels above it, its own included. */
unsigned taint_depth(const struct xn *x, const struct xn_entry *e);

#endif
