/* SPDX-License-Identifier: MIT */
/* plan.h -- how an event is raised from one change of its bindings to the next. A plan is made
 * aside, put into the event's cell by one store, and never changes: a raise goes on by the plan
 * that it began with. One that was replaced is freed when no stack leads into its code any more
 * (retired.h). */
#ifndef SPIN_DISPATCH_PLAN_H
#define SPIN_DISPATCH_PLAN_H

#include "engine/x86/emit.h"
#include "spin/core/dispatch/plan/key.h"
#include "spin/core/dispatch/plan/piece.h"

/* What the part (part.h) was when the plan was made. */
struct plan_part {
    struct piece *piece; /* null: those with the key */
    struct tree *tree;
    struct key key;
};

struct plan {
    const struct event *event; /* which may be gone: a name for it, and no more */
    uint8_t result_bytes;      /* of it */
    uint32_t frame;            /* so many bytes above a raise's arguments is its return address */
    event_fn *entry;           /* what the cell holds */
    event_fn *inner;           /* of an asynchronous event: the raise itself, by its worker */
    struct retired code;
    enum level level;
    bool has_net;
    struct held *result, *otherwise, *later; /* or null (struct bindings) */
    uint64_t initial;
    size_t bytes;
    uint32_t parts;
    struct plan_part part[];
};

/* The plan of the bindings as they are. 0 and the plan, or -E_NO_MEMORY, or -E_EXISTS: the orders
 * that are asked for contradict each other. */
int plan_create(struct bindings *bindings, struct plan **plan);
/* Of one that was never in a cell. Null is allowed. */
void plan_free(struct plan *plan);
/* Of one that was, and is no longer; null is allowed. */
void plan_retire(struct plan *plan);

/* Each makes the code of its level for a plan that is complete otherwise. False: out of memory. */
bool level_interpreted(struct plan *plan);
/* Interpreted, with a look at the clock before and after each handler. */
bool level_watched(struct plan *plan);
/* All levels that are machine code: its kind says which. */
bool level_code(struct plan *plan, const struct code_kind *kind);

typedef uint64_t plan_raise_fn(struct plan *plan, uint64_t argument[EVENT_ARGUMENTS_MAX]);
/* Puts the arguments down, calls raise(plan, them), and goes back to the raiser. */
void emit_enter(struct emitter *e, struct plan *plan, plan_raise_fn *raise);
/* Of an asynchronous event: puts the raise off (async.h). Gives what the default handler gives, if
 * there is one. */
plan_raise_fn async_raise;
/* At the label, of an asynchronous event: what its cell leads to. */
void emit_later(struct emitter *e, struct plan *plan, uint32_t label);
/* place_code, after which the plan has its entries. */
bool plan_place(struct plan *plan, struct emitter *e, uint32_t label, size_t room);
/* One handler by itself, without guards, in a net if it wants one; how it ends is nobody's. */
void handler_run_alone(const struct event *event, const struct step *step, uint64_t *argument);

/* For the code of all levels: nothing fired. */
uint64_t plan_nobody(const struct plan *plan, const uint64_t argument[EVENT_ARGUMENTS_MAX]);

#endif
