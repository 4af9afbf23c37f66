/* SPDX-License-Identifier: MIT */
/* part.h -- an event's bindings in the order in which a raise comes to them, cut into parts: a
 * piece, whose bindings are asked one after the other, or those that have a key (key.h), of which
 * the number finds one piece. Parts follow the changes one by one, so that what a change costs
 * does not depend on how many bindings there are. */
#ifndef SPIN_DISPATCH_PART_H
#define SPIN_DISPATCH_PART_H

#include "spin/core/dispatch/plan/key.h"
#include "spin/core/dispatch/plan/tree.h"

/* From so many different ranges on, bindings with one key are found by it; fewer are asked as
 * fast. */
#define PART_RANGES_MIN 4

struct part {
    struct list link;    /* of the event's, in order */
    struct piece *piece; /* null: those with the key */
    struct key key;
    struct tree *tree;
};

/* Whether bindings may be found by keys, and what the code of pieces has in common, is what
 * `of->kind` says. */

/* Brings the parts up to date with what is installed. 0, or -E_NO_MEMORY, or -E_EXISTS: the orders
 * that are asked for contradict each other. */
int parts_update(struct bindings *of);
/* They are made again when they are wanted. */
void parts_free(struct bindings *of);

#endif
