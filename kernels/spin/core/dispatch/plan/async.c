/* SPDX-License-Identifier: MIT */
/* async.c -- see async.h. The ring has many who post, one within the other (a raise, a device's
 * handler that has interrupted it), and one who takes. */
#include "spin/core/dispatch/plan/async.h"

#include "lib/string.h"
#include "spin/core/dispatch/binding/dispatcher.h"

const struct async_workers *async_workers;

static void async_free(struct async *a) {
    dispatcher->lock();
    async_workers->end(a->worker);
    procedure_let_go(dispatcher->hooks, a->handler);
    dispatcher_release(a, async_bytes(a->bound));
    dispatcher->unlock();
}

static void put_down(struct async *a, struct plan *plan, const uint64_t *argument) {
    uint64_t n = __atomic_load_n(&a->posted, __ATOMIC_RELAXED);
    do
        if (n - __atomic_load_n(&a->taken, __ATOMIC_ACQUIRE) == a->bound) {
            __atomic_fetch_add(&a->lost, 1, __ATOMIC_RELAXED);
            return;
        }
    while (!__atomic_compare_exchange_n(&a->posted, &n, n + 1, false, __ATOMIC_RELAXED,
                                        __ATOMIC_RELAXED));
    struct async_job *j = &a->job[n % a->bound];
    j->plan = plan;
    j->subject = *dispatcher->subject();
    if (plan)
        __atomic_fetch_add(&plan->code.pins, 1, __ATOMIC_RELAXED);
    memcpy(j->argument, argument, sizeof j->argument);
    __atomic_store_n(&j->ready, true, __ATOMIC_RELEASE);
    async_workers->wake(a->worker);
}

/* A strand that ended in between would leave a place that the worker waits for. */
static void post(struct async *a, struct plan *plan, const uint64_t *argument) {
    dispatcher->begin();
    put_down(a, plan, argument);
    dispatcher->end();
}

static void post_handler(struct async *a, uint64_t b, uint64_t c, uint64_t d, uint64_t e,
                         uint64_t f) {
    const uint64_t argument[EVENT_ARGUMENTS_MAX] = {b, c, d, e, f};
    post(a, NULL, argument);
}

uint64_t async_raise(struct plan *plan, uint64_t argument[EVENT_ARGUMENTS_MAX]) {
    post(plan->later->procedure.closure, plan, argument);
    return plan->otherwise ? plan_nobody(plan, argument) : 0;
}

/* A change ends it, and the worker comes to its end: whoever is the last frees it. */
static void note(struct async *a, bool *which, bool value) {
    dispatcher->begin();
    *which = value;
    bool last = a->ended && !a->running && a->taken == a->posted;
    dispatcher->end();
    if (last)
        async_free(a);
}

static void end(void *async) {
    struct async *a = async;
    note(a, &a->ended, true);
}

bool async_create(const struct event *event, struct held *handler, struct net_handler *net,
                  struct account *payer, uint32_t bound, struct procedure *posts) {
    struct async *a = async_workers ? dispatcher_allocate(async_bytes(bound)) : NULL;
    if (!a)
        return false;
    *a = (struct async){.event = event, .net = net, .payer = payer, .bound = bound};
    for (uint32_t i = 0; i < bound; i++)
        a->job[i].ready = false;
    a->worker = async_workers->create(a);
    if (!a->worker) {
        dispatcher_release(a, async_bytes(bound));
        return false;
    }
    a->handler = handler ? procedure_hold(handler) : NULL;
    *posts = (struct procedure){
        .entry = (event_fn *)post_handler, .has_closure = true, .closure = a, .release = end};
    return true;
}

const struct async *async_of(const struct event_binding *b) {
    return b->flags & BINDING_ASYNC ? b->handler->procedure.closure : NULL;
}

/* --- The worker --- */

bool async_is_pending(const struct async *a) {
    return __atomic_load_n(&a->job[a->taken % a->bound].ready, __ATOMIC_ACQUIRE);
}

static void run_one(struct async *a) {
    struct async_job *place = &a->job[a->taken % a->bound], job = *place;
    place->ready = false;
    __atomic_store_n(&a->taken, a->taken + 1, __ATOMIC_RELEASE);
    *dispatcher->subject() = job.subject;
    if (!job.plan) {
        const struct step alone = {.handler = a->handler, .net = a->net};
        handler_run_alone(a->event, &alone, job.argument);
        return;
    }
    const struct procedure raise = {.entry = job.plan->inner};
    procedure_call(&raise, job.argument);
    __atomic_fetch_sub(&job.plan->code.pins, 1, __ATOMIC_RELAXED);
}

void async_run(struct async *a) {
    a->running = true;
    while (async_is_pending(a))
        run_one(a);
    note(a, &a->running, false);
}
