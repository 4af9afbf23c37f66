/* SPDX-License-Identifier: MIT */
/* plan.h -- how an event is raised from one change of its bindings to the next. A plan is made
 * aside, put into the event's cell by one store, and never changes: a raise goes on by the plan
 * that it began with. One that was replaced is freed when no stack leads into its code any more
 * (as Ksplice finds out that nobody runs what it replaces: Arnold and Kaashoek, EuroSys '09), so
 * that a raise counts nothing and locks nothing, however it ends. */
#ifndef SPIN_DISPATCH_PLAN_H
#define SPIN_DISPATCH_PLAN_H

#include "spin/core/dispatch/binding.h"

struct step {
    const struct event_binding *binding; /* there as long as the plan is in the cell */
    const struct procedure *guard;       /* the imposed ones first */
    uint32_t guards;
    uint8_t flags;
    const struct procedure *handler, *post; /* post may be null */
};

struct plan {
    struct list link; /* of those that were replaced */
    const struct event *event;
    event_fn *entry; /* what the cell holds */
    struct code_memory code;
    enum level level;
    bool seen; /* on a stack */
    const struct procedure *result, *otherwise;
    uint64_t initial;
    uint32_t steps, guards, held_count;
    struct step *step;
    struct held **held; /* all whose procedures are above or in it */
    size_t bytes;
};

/* The plan of the bindings as they are. 0 and the plan, or -E_NO_MEMORY, or -E_EXISTS: the orders
 * that are asked for contradict each other. */
int plan_create(const struct bindings *bindings, struct plan **plan);
/* Of one that was never in a cell. Null is allowed. */
void plan_free(struct plan *plan);
/* Of one that was, and is no longer; null is allowed. */
void plan_retire(struct plan *plan);
/* Frees every plan that was replaced and has been left. Gives how many have not. */
uint32_t plans_reclaim(void);

/* Does a stack lead into this code: is it under way, or has it been interrupted? */
bool code_is_under_way(const struct code_memory *code);

/* Each makes the code of its level for a plan that is complete otherwise. False: out of memory. */
bool level_interpreted(struct plan *plan);
bool level_stub(struct plan *plan);
/* Interpreted, with a look at the clock before and after each handler. */
bool level_watched(struct plan *plan);

/* For the code of all levels: nothing fired. */
uint64_t plan_nobody(const struct plan *plan, const uint64_t argument[EVENT_ARGUMENTS_MAX]);
/* A handler has failed. 0. */
uint64_t plan_failed(const struct plan *plan);
/* A result as the event's type has it. */
uint64_t plan_result(const struct plan *plan, uint64_t word);

#endif
