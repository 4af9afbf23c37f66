/* SPDX-License-Identifier: MIT */
/* stub.h -- bindings as machine code: one step for each, one after the other, with every address in
 * it (Pardyak and Bershad, OSDI '96, 3.2: unrolled, guard just before its handler). What an event
 * does not have, results, a default handler, leaves no instruction.
 *
 * The arguments lie on the stack from rsp on, where filters change them, and are loaded for each
 * call; behind them is what a raise knows meanwhile. In a *lean* raise they stay in their
 * registers, and the stack has nothing but, in a raise of several parts, the cursor.
 *
 * The cursor points into a table of addresses behind the plan's own code: those of its parts, and
 * of its end. What a part does last is to go to the next one by it. So the code of a part is not
 * bound to a plan; and who looks for raises under way finds the plan's by the cursor. */
#ifndef SPIN_DISPATCH_STUB_H
#define SPIN_DISPATCH_STUB_H

#include "engine/x86/emit.h"
#include "spin/core/dispatch/plan/key.h"
#include "spin/core/dispatch/plan/piece.h"
#include "spin/core/dispatch/plan/raise_net.h"

struct code_kind stub_kind(const struct bindings *of);
bool code_kind_equal(const struct code_kind *a, const struct code_kind *b);

/* Makes the code of a piece, which begins where its part is entered; of one that a key has led to,
 * if `range` is not null: the number lies in it. False: out of memory. */
bool stub_piece(struct piece *piece, const struct code_kind *kind, const struct key_range *range);

/* --- For plan_code.c, which has the code before the first part and behind the last --- */

enum slot {
    FIRED = EVENT_ARGUMENTS_MAX,
    WAITING,
    RUNNING,
    NEW,
    CURSOR,
    SLOTS,
    NET = SLOTS,
    SLOTS_AND_NET = NET + sizeof(struct raise_net) / 8
};

enum { LABEL_END, LABEL_FIRED, LABEL_NOBODY, LABEL_FAILED, LABEL_OUT, LABEL_TABLE, LABEL_LATER };
#define LABEL_FIRST (LABEL_LATER + 1)

struct stub {
    struct emitter e;
    const struct code_kind *kind;
    const struct key_range *range; /* or null */
    bool has_cursor;
    bool uses_fired;    /* there are jumps to this label */
    uint8_t valid;      /* the arguments that are in their registers, a bit each... */
    uint8_t valid_next; /* ...and when the next step is come to by a jump */
    /* Where bodies of one step share a closure, the register that it is in. */
    const void *closure;
    uint8_t closure_in;
    bool shares_closure, has_closure;
    uint32_t next_label;
    struct {
        uint32_t label, next;
    } terminated[PIECE_STEPS_MAX]; /* where handlers in the net go then, and where from there */
    uint32_t terminations;
};

static inline int32_t stub_at(unsigned slot) {
    return 8 * (int32_t)slot;
}

/* Room for the steps of a piece. */
uint32_t stub_labels(const struct stub *s, const struct piece *piece);
uint32_t stub_bytes(const struct stub *s, const struct piece *piece);
void stub_put_steps(struct stub *s, const struct piece *piece);
/* The arguments that the event has, a bit each. */
uint8_t stub_all_arguments(const struct stub *s);
/* Brings those of the arguments that are not in their registers there. */
void stub_need(struct stub *s, uint8_t arguments);
/* Where something has fired, and nothing is to follow: with the result, back to the raiser. */
void stub_put_fired(struct stub *s);
/* Behind all else: where handlers are terminated. */
void stub_put_terminated(struct stub *s);
/* Back to the raiser. */
void stub_put_leave(struct stub *s);
/* To the next part. */
void stub_put_next(struct stub *s);
/* Adds up what is on the stack of a raise, without the return address. */
int32_t stub_frame_bytes(const struct stub *s);

#endif
