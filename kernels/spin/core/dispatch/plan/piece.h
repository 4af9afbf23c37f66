/* SPDX-License-Identifier: MIT */
/* piece.h -- a few bindings that a raise comes to one after the other, with the code that asks and
 * runs them (stub.h). Pieces never change, and plans share them: what a change costs is the piece
 * that it is about, not the whole event. */
#ifndef SPIN_DISPATCH_PIECE_H
#define SPIN_DISPATCH_PIECE_H

#include "spin/core/dispatch/binding/binding.h"
#include "spin/core/dispatch/plan/retired.h"

#define PIECE_STEPS_MAX 16

/* What the code of all pieces of a plan has in common; it is made anew where this changes. */
struct step {
    const struct event_binding *binding; /* there as long as a plan of the piece is in the cell */
    struct held *const *guard;           /* the imposed ones first */
    uint32_t guards;
    uint8_t flags;
    struct net_handler *net;     /* its handler runs in the raise's net; or null */
    struct held *handler, *post; /* post may be null */
};

struct piece {
    uint32_t holds;
    uint32_t steps, held_count;
    struct retired code; /* of length 0: not made */
    size_t bytes;
    struct held **held; /* all that its steps point to */
    struct step step[];
};

/* Of these bindings, held once, without code. Null: out of memory. */
struct piece *piece_create(struct event_binding *const *binding, uint32_t count);
/* Of another piece's bindings without one of them, which is not the only one... */
struct piece *piece_without(const struct piece *piece, const struct event_binding *binding);
/* ...or with one more, before or behind all others, of which there are fewer than
 * PIECE_STEPS_MAX. */
struct piece *piece_with(const struct piece *piece, struct event_binding *binding, bool before);

struct piece *piece_hold(struct piece *piece);
/* Null is allowed. Its code is freed when no stack leads into it. */
void piece_let_go(struct piece *piece);

#endif
