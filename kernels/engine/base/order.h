/* SPDX-License-Identifier: MIT */
/* order.h -- the order in which to look at a program's places so that all ways to one have been
 * followed before it is looked at, and the turns of a loop one after the other before what comes
 * behind it: Bourdoncle's weak topological order ("Efficient chaotic iteration strategies with
 * widenings", FMPA '93), of the places where jumps lead.
 *
 * Invariant: a way from place p to a slot s of the same function whose place is not above p leads
 * to the head of a loop around p, and `again` of s is above the places of all of that loop. */
#ifndef ENGINE_ORDER_H
#define ENGINE_ORDER_H

#include "engine/program.h"

struct order {
    uint32_t *place; /* of each slot where jumps lead; from 1 on, 0 for all other slots */
    uint32_t *again; /* of a loop's head: the place of the way back to it; else 0 */
    uint32_t *low;   /* of each function: the places of function f are [low[f + 1], low[f]) */
    uint32_t places; /* all of them are below this */
    uint64_t work;   /* slots looked at to find it */
};

/* Fills in *order; false, with nothing left allocated, when memory lacks, or when the loops are so
 * entangled that an order would take long to find. */
bool order_create(struct order *order, const struct program *program, const struct hooks *hooks);
void order_release(struct order *order, const struct program *program, const struct hooks *hooks);

#endif
