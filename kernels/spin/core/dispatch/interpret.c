/* SPDX-License-Identifier: MIT */
/* interpret.c -- the level that goes through a plan step by step: what a raise means, in C. Of the
 * code that the cell leads to, all that is made is what puts the arguments down and says which plan
 * it is. */
#include "engine/x86/emit.h"
#include "spin/core/dispatch/place.h"
#include "spin/core/dispatch/plan.h"

/* Results wait until it is known whether they are the last. */
struct results {
    const struct plan *plan;
    bool fired, failed;
    uint64_t running, waiting;
};

static bool guards_hold(const struct step *s, const uint64_t *argument) {
    for (uint32_t i = 0; i < s->guards; i++)
        if (!procedure_holds(&s->guard[i]->procedure, argument))
            return false;
    return true;
}

#define ALWAYS_INLINE static inline __attribute__((always_inline)) /* twice, once for each run */

ALWAYS_INLINE enum handler_end run_handler(const struct step *s, uint64_t *argument,
                                           uint64_t *result) {
    const struct procedure *p = &s->handler->procedure;
    const uint64_t filter[EVENT_ARGUMENTS_MAX] = {(uint64_t)argument};
    if (s->flags & BINDING_MAY_END)
        return ((handler_run_fn *)p->entry)(p->closure, argument, result);
    *result = procedure_call(p, s->flags & BINDING_FILTER ? filter : argument);
    return HANDLER_FIRED;
}

static enum handler_end run_watched(const struct step *s, uint64_t *argument, uint64_t *result) {
    struct held *held = s->handler;
    uint64_t begin = dispatcher->now();
    enum handler_end end = run_handler(s, argument, result);
    held->time += dispatcher->now() - begin;
    held->runs++;
    return end;
}

static bool post_holds(const struct step *s, uint64_t result) {
    const uint64_t of[EVENT_ARGUMENTS_MAX] = {result};
    return !s->post || procedure_holds(&s->post->procedure, of);
}

static uint64_t fold(const struct results *r, bool last, const uint64_t *argument) {
    const uint64_t of[EVENT_ARGUMENTS_MAX] = {r->running, r->waiting, last, (uint64_t)argument};
    return plan_result(r->plan->event, procedure_call(&r->plan->result->procedure, of));
}

static void take(struct results *r, uint64_t result, const uint64_t *argument) {
    if (r->fired && r->plan->result)
        r->running = fold(r, false, argument);
    r->waiting = result;
    r->fired = true;
}

typedef enum handler_end run_fn(const struct step *s, uint64_t *argument, uint64_t *result);

/* True: the raise ends here, because a handler has cancelled it or has failed. */
ALWAYS_INLINE bool raise_piece(const struct piece *piece, struct results *r, uint64_t *argument,
                               run_fn *run) {
    for (const struct step *s = piece->step, *end = s + piece->steps; s < end; s++) {
        uint64_t result = 0;
        if (!guards_hold(s, argument))
            continue;
        enum handler_end how = run(s, argument, &result);
        if (how == HANDLER_FAILED)
            return r->failed = true;
        result = plan_result(r->plan->event, result);
        if (how == HANDLER_TERMINATED || !post_holds(s, result))
            continue;
        take(r, result, argument);
        if (s->flags & BINDING_CANCEL)
            return true;
    }
    return false;
}

ALWAYS_INLINE uint64_t raise_by(const struct plan *plan, uint64_t argument[EVENT_ARGUMENTS_MAX],
                                run_fn *run) {
    struct results r = {.plan = plan, .running = plan->initial};
    for (uint32_t i = 0; i < plan->parts && !raise_piece(plan->part[i].piece, &r, argument, run);)
        i++;
    if (r.failed)
        return plan_failed(plan->event);
    if (!r.fired)
        return plan_nobody(plan, argument);
    return plan->result ? fold(&r, true, argument) : r.waiting;
}

static uint64_t interpret(const struct plan *plan, uint64_t argument[EVENT_ARGUMENTS_MAX]) {
    return raise_by(plan, argument, run_handler);
}

static uint64_t watch(const struct plan *plan, uint64_t argument[EVENT_ARGUMENTS_MAX]) {
    return raise_by(plan, argument, run_watched);
}

typedef uint64_t raise_fn(const struct plan *plan, uint64_t argument[EVENT_ARGUMENTS_MAX]);

#define ROOM (8 * EVENT_ARGUMENTS_MAX) /* a multiple of 16, and 8 for the return address */

static bool enter(struct plan *plan, raise_fn *raise) {
    struct emitter e;
    if (!emit_init(&e, dispatcher->hooks, 256, 0))
        return false;
    emit_alu_imm(&e, X86_SUB, true, X86_RSP, ROOM);
    for (unsigned i = 0; i < EVENT_ARGUMENTS_MAX; i++)
        emit_store(&e, 64, X86_RSP, 8 * (int32_t)i, place_argument[i]);
    emit_mov_imm(&e, X86_RDI, (uintptr_t)plan);
    emit_mov(&e, true, X86_RSI, X86_RSP);
    emit_call_address(&e, (uintptr_t)raise, X86_RAX);
    emit_alu_imm(&e, X86_ADD, true, X86_RSP, ROOM);
    emit_ret(&e);
    if (!place_code(&e, &plan->code.code, 0))
        return false;
    place_done(&e, &plan->code.code);
    plan->entry = (event_fn *)(uintptr_t)plan->code.code.run;
    return true;
}

bool level_interpreted(struct plan *plan) {
    return enter(plan, interpret);
}

bool level_watched(struct plan *plan) {
    return enter(plan, watch);
}
