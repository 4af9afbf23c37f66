/* SPDX-License-Identifier: MIT */
/* order.h -- the order in which to look at a program's places so that all ways to one have been
 * followed before it is looked at, and the iterations of a loop one after the other before what
 * comes behind it: Bourdoncle's weak topological order ("Efficient chaotic iteration strategies
 * with widenings", FMPA '93), of the places where jumps lead.
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
};

struct visit;

/* The search for it, in pieces. */
struct ordering {
    const struct program *program;
    struct order *order;
    const struct hooks *hooks;
    size_t scratch;      /* bytes from `visit` on */
    struct visit *visit; /* a stack */
    uint32_t *open;      /* a stack: visited, and of no component known so far */
    uint32_t *number;    /* of each slot, in the order of visits; 0 not visited */
    uint32_t depth, opened, numbers, left;
    uint32_t function; /* the next one */
    uint64_t work;     /* slots looked at */
};

/* Begins; false, with nothing left allocated, when out of memory. */
bool order_begin(struct ordering *ordering, struct order *order, const struct program *program,
                 const struct hooks *hooks);
/* Goes on for so many slots that are looked at, or places that are given out. NONE: the loops are
 * so entangled that an order would take long to find. */
enum order_progress { ORDER_GOES_ON, ORDER_FOUND, ORDER_NONE };
enum order_progress order_go(struct ordering *ordering, uint32_t steps);
/* Gives back what only the search needs; may be called twice. The order itself stays. */
void order_end(struct ordering *ordering);
void order_release(struct order *order, const struct program *program, const struct hooks *hooks);

#endif
