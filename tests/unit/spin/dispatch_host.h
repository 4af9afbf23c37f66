/* SPDX-License-Identifier: MIT */
/* dispatch_host.h -- the dispatcher on the host: memory that is counted, the test's own stack. */
#ifndef TESTS_SPIN_DISPATCH_HOST_H
#define TESTS_SPIN_DISPATCH_HOST_H

#include "engine/net_shared.h"
#include <string.h>

#include "host_hooks.h"
#include "spin/core/dispatch/change.h"
#include "spin/core/dispatch/binding/dispatcher.h"
#include "spin/core/dispatch/plan/async.h"

static struct host_hooks host;
static struct dispatcher host_dispatcher;
static const uintptr_t *stack_end;
static bool changing;
static struct module own_module = {.name = "Test"};

static void change_begins(void) {
    assert_false(changing);
    changing = true;
}

static void change_ends(void) {
    assert_true(changing);
    changing = false;
}

static unsigned locks;

static void host_lock(void) {
    assert_false(changing);
    locks++;
}

static void host_unlock(void) {
    assert_false(changing);
    assert_true(locks-- > 0);
}

__attribute__((no_sanitize_address, noinline)) static void
each_stack(void (*see)(const uint64_t *from, const uint64_t *end, void *with), void *with) {
    static uint64_t words[1 << 16];
    size_t n = 0;
    for (const uintptr_t *at = __builtin_frame_address(0); at < stack_end; at++)
        words[n++ % (sizeof words / sizeof words[0])] = *at;
    see(words, words + n, with);
}

static struct nets host_nets;

static void net_opens(struct net_shared *net) {
    net_shared_open(net, &host_nets);
}

static void net_landed(struct net_shared *net) {
    assert_ptr_equal(host_nets.innermost, &net->net);
}

/* --- Workers, which run when the test says so --- */

static struct list workers = LIST_INIT(workers);

struct worker {
    struct list link; /* of all, the oldest first */
    struct async *async;
};

static void *worker_create(struct async *async) {
    struct worker *w = host.hooks.allocate(host.hooks.owner, sizeof *w);
    if (!w)
        return NULL;
    w->async = async;
    list_push_back(&workers, &w->link);
    return w;
}

static void worker_wake(void *worker) {
    assert_false(list_empty(&((struct worker *)worker)->link));
}

static void worker_end(void *worker) {
    struct worker *w = worker;
    list_remove(&w->link);
    host.hooks.release(host.hooks.owner, w, sizeof *w);
}

/* Runs what is pending of the event's oldest worker that has something. False: none has. */
static inline bool dispatch_host_run(const struct event *event) {
    list_each(n, &workers) {
        struct async *async = container_of(n, struct worker, link)->async;
        if (async->event == event && async_is_pending(async)) {
            async_run(async);
            return true;
        }
    }
    return false;
}

static uint64_t subject; /* of the one thread that there is */

static uint64_t *subject_of_thread(void) {
    return &subject;
}

static unsigned failing; /* so often a handler has become it */

static void has_become_failing(void) {
    failing++;
}

static struct account *payer; /* whose time passes */

static struct account *pays(struct account *next) {
    struct account *was = payer;
    payer = next ? next : was;
    return was;
}

static uint64_t ticks;

static uint64_t tick(void) {
    return ticks++;
}

/* Numbers that were left below the caller's frame look like raises under way, where later frames
 * have room that they do not use. */
__attribute__((no_sanitize_address, noinline)) static void clear_stack_below(void) {
    uintptr_t below[1024];
    memset(below, 0, sizeof below);
    __asm__ volatile("" : : "r"(below) : "memory");
}

static void (*hears_of_exception)(const struct event *e, enum raise_exception what);

static void ends_by_exception(const struct event *e, enum raise_exception what, uintptr_t raise) {
    (void)raise;
    hears_of_exception(e, what);
}

/* To be called where the stack is shallower than in all that is raised. */
__attribute__((noinline)) static void
dispatch_host_set(void (*exception)(const struct event *e, enum raise_exception what)) {
    stack_end = (const uintptr_t *)__builtin_frame_address(0) + 8;
    host_hooks_init(&host);
    hears_of_exception = exception;
    static const struct jit_options plain;
    host_dispatcher = (struct dispatcher){.hooks = &host.hooks,
                                          .jit = &plain,
                                          .each_stack = each_stack,
                                          .exception = ends_by_exception,
                                          .net_open = net_opens,
                                          .net_landed = net_landed,
                                          .subject = subject_of_thread,
                                          .failing = has_become_failing,
                                          .charge = pays,
                                          .now = tick,
                                          .begin = change_begins,
                                          .end = change_ends,
                                          .lock = host_lock,
                                          .unlock = host_unlock};
    static const struct async_workers host_workers = {worker_create, worker_wake, worker_end};
    dispatcher = &host_dispatcher;
    async_workers = &host_workers;
    module_add(&own_module);
}

static inline void dispatch_host_begin(void (*exception)(const struct event *e,
                                                         enum raise_exception what)) {
    dispatch_host_set(exception);
    clear_stack_below();
}

/* The event ends; nobody raises it. */
static inline void dispatch_host_end(const struct event *event) {
    bindings_release(event);
    clear_stack_below();
    assert_int_equal(plans_reclaim(), 0);
}

static inline void dispatch_host_all_is_given_back(void) {
    assert_int_equal(plans_reclaim(), 0);
    assert_int_equal(host.allocated, 0);
    assert_int_equal(host.code_bytes, 0);
}

#endif
