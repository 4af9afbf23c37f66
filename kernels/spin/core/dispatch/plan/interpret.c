/* SPDX-License-Identifier: MIT */
/* interpret.c -- the level that goes through a plan step by step: what a raise means, in C. Of the
 * code that the cell leads to, all that is made is what puts the arguments down and says which plan
 * it is. */
#include "spin/core/dispatch/binding/place.h"
#include "spin/core/dispatch/plan/async.h"
#include "spin/core/dispatch/plan/raise_net.h"

/* Results wait until it is known whether they are the last. */
struct results {
    const struct plan *plan;
    bool fired;
    uint64_t running, waiting;
};

static bool guards_hold(const struct step *s, const uint64_t *argument) {
    for (uint32_t i = 0; i < s->guards; i++)
        if (!procedure_holds(&s->guard[i]->procedure, argument))
            return false;
    return true;
}

#define ALWAYS_INLINE static inline __attribute__((always_inline)) /* twice, once for each run */

static bool run_in_net(const struct step *s, const uint64_t *argument, struct net_shared *net,
                       uint64_t *result) {
    net_shared_enter(net, s->net->image, s->net->fuel, &s->net->report);
    *result = procedure_call_in(&s->handler->procedure, argument, &net->activation);
    if (net_shared_leave(net))
        return true;
    raise_net_terminated(net);
    return false;
}

/* Has it come to its end? */
typedef bool run_fn(const struct step *s, uint64_t *argument, struct net_shared *net,
                    uint64_t *result);

/* In a raise that has no net. */
ALWAYS_INLINE bool run_plain(const struct step *s, uint64_t *argument, struct net_shared *net,
                             uint64_t *result) {
    const uint64_t filter[EVENT_ARGUMENTS_MAX] = {(uint64_t)argument};
    (void)net;
    *result = procedure_call(&s->handler->procedure, s->flags & BINDING_FILTER ? filter : argument);
    return true;
}

static bool run_handler(const struct step *s, uint64_t *argument, struct net_shared *net,
                        uint64_t *result) {
    const uint64_t filter[EVENT_ARGUMENTS_MAX] = {(uint64_t)argument};
    if (!s->net)
        return run_plain(s, argument, net, result);
    return run_in_net(s, s->flags & BINDING_FILTER ? filter : argument, net, result);
}

static bool run_watched(const struct step *s, uint64_t *argument, struct net_shared *net,
                        uint64_t *result) {
    struct held *held = s->handler;
    struct account *was = dispatcher->charge(&held->by->account);
    uint64_t begin = dispatcher->now();
    bool ended = run_handler(s, argument, net, result);
    held->time += dispatcher->now() - begin;
    held->runs++;
    dispatcher->charge(was);
    return ended;
}

static bool post_holds(const struct step *s, uint64_t result) {
    const uint64_t of[EVENT_ARGUMENTS_MAX] = {result};
    return !s->post || procedure_holds(&s->post->procedure, of);
}

static uint64_t fold(const struct results *r, bool last, const uint64_t *argument) {
    const uint64_t of[EVENT_ARGUMENTS_MAX] = {r->running, r->waiting, last, (uint64_t)argument};
    return event_result(r->plan->result_bytes, procedure_call(&r->plan->result->procedure, of));
}

static void take(struct results *r, uint64_t result, const uint64_t *argument) {
    if (r->fired && r->plan->result)
        r->running = fold(r, false, argument);
    r->waiting = result;
    r->fired = true;
}

/* True: the raise ends here, because a handler has cancelled it. */
ALWAYS_INLINE bool raise_piece(const struct piece *piece, struct results *r, uint64_t *argument,
                               run_fn *run, struct net_shared *net) {
    for (const struct step *s = piece->step, *end = s + piece->steps; s < end; s++) {
        uint64_t result = 0;
        if (!guards_hold(s, argument))
            continue;
        if (!run(s, argument, net, &result))
            continue;
        result = event_result(r->plan->result_bytes, result);
        if (!post_holds(s, result))
            continue;
        take(r, result, argument);
        if (s->flags & BINDING_CANCEL)
            return true;
    }
    return false;
}

ALWAYS_INLINE uint64_t raise_by(const struct plan *plan, uint64_t argument[EVENT_ARGUMENTS_MAX],
                                run_fn *run, struct net_shared *net) {
    struct results r = {.plan = plan, .running = plan->initial};
    uint32_t i = 0;
    while (i < plan->parts && !raise_piece(plan->part[i].piece, &r, argument, run, net))
        i++;
    if (!r.fired)
        return plan_nobody(plan, argument);
    return plan->result ? fold(&r, true, argument) : r.waiting;
}

struct raise_in_net {
    const struct plan *plan;
    const struct step *alone; /* a handler by itself, or null */
    uint64_t *argument, result;
    run_fn *run;
    struct net_shared net;
};

/* __builtin_setjmp keeps no register: nothing of this function is used after landing. */
static __attribute__((noinline)) bool comes_to_its_end(struct raise_in_net *r) {
    if (__builtin_setjmp(r->net.net.landing))
        return false;
    if (r->alone)
        r->run(r->alone, r->argument, &r->net, &r->result);
    else
        r->result = raise_by(r->plan, r->argument, r->run, &r->net);
    return true;
}

static uint64_t raise_in_net(const struct plan *plan, uint64_t *argument, run_fn *run) {
    struct raise_in_net r;
    r.plan = plan;
    r.alone = NULL;
    r.argument = argument;
    r.run = run;
    dispatcher->net_open(&r.net);
    return comes_to_its_end(&r)
               ? r.result
               : raise_net_failed(plan->event, &r.net, (uintptr_t)argument + plan->frame);
}

static uint64_t interpret(struct plan *plan, uint64_t argument[EVENT_ARGUMENTS_MAX]) {
    return plan->has_net ? raise_in_net(plan, argument, run_handler)
                         : raise_by(plan, argument, run_plain, NULL);
}

static uint64_t watch(struct plan *plan, uint64_t argument[EVENT_ARGUMENTS_MAX]) {
    struct account *raiser = dispatcher->charge(NULL);
    uint64_t result = plan->has_net ? raise_in_net(plan, argument, run_watched)
                                    : raise_by(plan, argument, run_watched, NULL);
    dispatcher->charge(raiser); /* a handler may have failed */
    return result;
}

void handler_run_alone(const struct event *event, const struct step *s, uint64_t *argument) {
    struct raise_in_net r;
    r.alone = s;
    r.argument = argument;
    r.run = run_watched;
    if (!s->net) {
        r.run(s, argument, NULL, &r.result);
        return;
    }
    dispatcher->net_open(&r.net);
    if (!comes_to_its_end(&r))
        raise_net_failed(event, &r.net, 0);
}

#define ROOM (8 * EVENT_ARGUMENTS_MAX) /* a multiple of 16, and 8 for the return address */

void emit_enter(struct emitter *e, struct plan *plan, plan_raise_fn *raise) {
    emit_alu_imm(e, X86_SUB, true, X86_RSP, ROOM);
    for (unsigned i = 0; i < EVENT_ARGUMENTS_MAX; i++)
        emit_store(e, 64, X86_RSP, 8 * (int32_t)i, place_argument[i]);
    emit_mov_imm(e, X86_RDI, (uintptr_t)plan);
    emit_mov(e, true, X86_RSI, X86_RSP);
    emit_call_address(e, (uintptr_t)raise, X86_RAX);
    emit_alu_imm(e, X86_ADD, true, X86_RSP, ROOM);
    emit_ret(e);
}

#define LABEL_LATER 0

static bool enter(struct plan *plan, plan_raise_fn *raise) {
    struct emitter e;
    plan->frame = ROOM;
    if (!emit_init(&e, dispatcher->hooks, 512, 1))
        return false;
    emit_enter(&e, plan, raise);
    emit_later(&e, plan, LABEL_LATER);
    if (!plan_place(plan, &e, LABEL_LATER, 0))
        return false;
    place_done(&e, &plan->code.code);
    return true;
}

bool level_interpreted(struct plan *plan) {
    return enter(plan, interpret);
}

bool level_watched(struct plan *plan) {
    return enter(plan, watch);
}
