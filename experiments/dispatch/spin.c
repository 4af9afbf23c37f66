/* SPDX-License-Identifier: MIT */
/* spin.c -- what an event costs above the procedure that it is: a call of a procedure by its name,
 * a raise of an event that only its intrinsic handler handles, with the same arguments, and a raise
 * that many guards and handlers of extensions wait for. */
#include "measure/bench.h"
#include "spin/core/event.h"
#include "spin/core/strand.h"

#define PARAMETERS_0 ()
#define PARAMETERS_1 (long a)
#define PARAMETERS_2 (long a, long b)
#define PARAMETERS_3 (long a, long b, long c)
#define PARAMETERS_4 (long a, long b, long c, long d)
#define PARAMETERS_5 (long a, long b, long c, long d, long e)
#define PARAMETERS_6 (long a, long b, long c, long d, long e, long f)

#define VALUES_0 ()
#define VALUES_1 (1)
#define VALUES_2 (1, 2)
#define VALUES_3 (1, 2, 3)
#define VALUES_4 (1, 2, 3, 4)
#define VALUES_5 (1, 2, 3, 4, 5)
#define VALUES_6 (1, 2, 3, 4, 5, 6)

/* noipa: the compiler may know nothing of the body at the call, as across two sources. */
#define PROCEDURE(n) PROCEDURE_OF(n, PARAMETERS_##n)
#define PROCEDURE_OF(n, parameters)                                                                \
    static __attribute__((noipa)) void procedure_##n EVENT_TYPES parameters {                      \
    }                                                                                              \
    EVENT_DECLARE(null_##n, void, parameters);                                                     \
    EVENT(null_##n, "Null.Arguments" #n, void, parameters) {                                       \
    }

MODULE("Null");

#pragma GCC diagnostic ignored "-Wunused-parameter" /* all of them are empty */
PROCEDURE(0)
PROCEDURE(1)
PROCEDURE(2)
PROCEDURE(3)
PROCEDURE(4)
PROCEDURE(5)
PROCEDURE(6)

#define CASE(prefix, n)                                                                            \
    case n:                                                                                        \
        bench_time(b, prefix##_##n VALUES_##n);                                                    \
        break;
#define CASES(prefix)                                                                              \
    CASE(prefix, 0)                                                                                \
    CASE(prefix, 1)                                                                                \
    CASE(prefix, 2)                                                                                \
    CASE(prefix, 3)                                                                                \
    CASE(prefix, 4)                                                                                \
    CASE(prefix, 5)                                                                                \
    CASE(prefix, 6)

BENCH(procedure_call, "dispatch/procedure_call/args:0,1,2,3,4,5,6") {
    switch (bench_arg(b, "args")) { CASES(procedure) }
}

BENCH(intrinsic, "dispatch/intrinsic/args:0,1,2,3,4,5,6") {
    switch (bench_arg(b, "args")) { CASES(null) }
}

#include "spin_pairs.h"

static inline void raise(unsigned args) {
    if (args == 0)
        null_0();
    else if (args == 1)
        null_1(WANTED);
    else
        null_5(1, 2, 3, 4, WANTED);
}

#define MANY 100 /* from so many on a raise is long enough to be a sample of its own */

static inline void bench_raise(struct bench *b, unsigned args, unsigned handlers) {
    if (handlers < MANY) {
        bench_time(b, raise(args));
        return;
    }
    bench_slow(b);
    while (bench_next(b)) {
        bench_start(b);
        raise(args);
        bench_stop(b);
    }
}

BENCH(handlers, "dispatch/handlers:1,5,10,50,100,1000/args:0,1,5/level:interpreted,stub,inline") {
    const enum level level = level_of_row(b);
    const unsigned handlers = (unsigned)bench_arg(b, "handlers"),
                   args = (unsigned)bench_arg(b, "args");
    struct pairs *p = pairs_of(args);
    if (!pairs_load(p, handlers)) {
        bench_skip(b, too_little);
        return;
    }
    install_pairs(p, handlers, level);
    check_level(b, p, level);
    if (args == 0)
        bench_raise(b, 0, handlers);
    else if (args == 1)
        bench_raise(b, 1, handlers);
    else
        bench_raise(b, 5, handlers);
    without_pairs(b, p, handlers);
}

/* --- One of many is true --- */

/* In the middle, where a search comes to no sooner than to most. */
static void time_one_true(struct bench *b, struct pairs *p, unsigned handlers, enum level level) {
    const unsigned one = handlers / 2;
    const long number = (long)(one * p->spread);
    if (!pairs_load(p, handlers)) {
        bench_skip(b, too_little);
        return;
    }
    install_pairs(p, handlers, level);
    check_level(b, p, handlers < 4 && level == LEVEL_MERGED ? LEVEL_INLINE : level);
    if (handlers < MANY) {
        bench_time(b, null_1(number));
    } else {
        bench_slow(b);
        while (bench_next(b)) {
            bench_start(b);
            null_1(number);
            bench_stop(b);
        }
    }
    check_one(b, p, handlers, one);
    end_pairs(p);
}

BENCH(merged, "dispatch/handlers:1,5,10,50,100,1000/args:1/level:merged") {
    time_one_true(b, &equal_pairs, (unsigned)bench_arg(b, "handlers"), LEVEL_MERGED);
}

BENCH(ranges, "dispatch/ranges:10,100,1000/args:1/level:merged") {
    time_one_true(b, &range_pairs, (unsigned)bench_arg(b, "ranges"), LEVEL_MERGED);
}

BENCH(one_true, "dispatch/one_true:1,5,10,50,100,1000/args:1/level:interpreted,stub,inline") {
    time_one_true(b, &equal_pairs, (unsigned)bench_arg(b, "one_true"), level_of_row(b));
}

/* --- The same pairs, run in other ways than as machine code of the engine --- */

static bool native_guard(long a) {
    return a == WANTED;
}

static void native_handler(void *closure, long a) {
    (void)a;
    ((struct counter *)closure)->count++;
}

/* By the interpreter, of which the programs are those that run as machine code otherwise. */
static struct pairs *interpreted;

static uint64_t interpret(const struct load *load, uint64_t first, uint64_t second) {
    static uint8_t stack[EXTENSION_STACK_MAX];
    const uint64_t argument[PARAMETERS] = {first, second};
    struct activation a = {.fuel = UINT32_MAX, .stack = stack, .stack_bytes = sizeof stack};
    return interpreter_run(&load->program[0].image.program, argument, &a);
}

static bool interpreted_guard(long a) {
    return interpret(&interpreted->guard, (uint64_t)a, 0);
}

static void interpreted_handler(void *closure, long a) {
    (void)interpret(&interpreted->handler[0], (uint64_t)closure, (uint64_t)a);
}

BENCH(ways, "dispatch/handlers:10/args:1/level:stub/way:interp,jit,native") {
    const unsigned handlers = (unsigned)bench_arg(b, "handlers");
    struct pairs *p = pairs_of(1);
    char way[8];
    struct change c;
    if (!pairs_load(p, handlers)) {
        bench_skip(b, too_little);
        return;
    }
    interpreted = p;
    bench_word(b, "way", way, sizeof way);
    begin_pairs(p, LEVEL_STUB);
    change_open(&c, THIS_MODULE, NULL);
    for (unsigned i = 0; i < handlers; i++) {
        struct handler_request request = pair_at(p, i);
        void *closure = request.handler.closure;
        if (strcmp(way, "jit") != 0) {
            bool is_native = strcmp(way, "native") == 0;
            request.guard =
                (struct procedure)EVENT_GUARD(null_1, is_native ? native_guard : interpreted_guard);
            request.handler = (struct procedure)EVENT_HANDLER_WITH(
                null_1, is_native ? native_handler : interpreted_handler, closure);
        }
        change_install(&c, p->event, &request, NULL);
    }
    must(change_commit(&c));
    bench_time(b, raise(1));
    without_pairs(b, p, handlers);
}

/* --- What else an event can have, beside one pair or several, at the best level --- */

/* A change of an event that has `count` pairs. */
static void with_pairs(struct pairs *p, unsigned count, struct change *c) {
    install_pairs(p, count, LEVEL_BEST);
    change_open(c, THIS_MODULE, NULL);
}

BENCH(imposed, "dispatch/imposed:0,1,2,4") {
    struct pairs *p = pairs_of(1);
    struct change c;
    if (!pairs_load(p, 1)) {
        bench_skip(b, too_little);
        return;
    }
    const struct procedure guard = pair_at(p, 0).guard;
    with_pairs(p, 1, &c);
    struct event_binding *binding =
        container_of((*p->event->bindings)->installed.next, struct event_binding, link);
    for (unsigned i = 0; i < bench_arg(b, "imposed"); i++)
        change_add_guard(&c, binding, &guard, true, NULL);
    must(change_commit(&c));
    bench_time(b, raise(1));
    without_pairs(b, p, 1);
}

static uint64_t add_up(uint64_t running, uint64_t result, bool last, const uint64_t *argument) {
    (void)last, (void)argument;
    return running + result;
}

BENCH(result, "dispatch/result:2,10") {
    const unsigned count = (unsigned)bench_arg(b, "result");
    const struct procedure handler = {.entry = (event_fn *)add_up};
    struct change c;
    if (!pairs_load(&sum_pairs, count)) {
        bench_skip(b, too_little);
        return;
    }
    with_pairs(&sum_pairs, count, &c);
    change_result_handler(&c, &event_sum, &handler, 0);
    must(change_commit(&c));
    long total = sum(WANTED);
    if (total != (long)count * WANTED)
        panic("%s: the result is %ld", b->row, total);
    bench_time(b, sum(WANTED));
    without_pairs(b, &sum_pairs, count);
}

/* What the raiser passes is less than what the guard wants, by the number of filters. */
static void add_one(uint64_t *argument) {
    argument[0]++;
}

BENCH(filter, "dispatch/filter:1,5") {
    const long filters = (long)bench_arg(b, "filter");
    const struct handler_request filter = {.handler = EVENT_FILTER(null_1, add_one),
                                           .flags = BINDING_FILTER,
                                           .order = {.place = ORDER_FIRST}};
    struct pairs *p = pairs_of(1);
    struct change c;
    if (!pairs_load(p, 1)) {
        bench_skip(b, too_little);
        return;
    }
    with_pairs(p, 1, &c);
    for (long i = 0; i < filters; i++)
        change_install(&c, p->event, &filter, NULL);
    must(change_commit(&c));
    bench_time(b, null_1(WANTED - filters));
    without_pairs(b, p, 1);
}

BENCH(needs_net, "dispatch/needs_net") {
    static struct net_handler in_net;
    struct pairs *p = pairs_of(1);
    struct change c;
    if (!pairs_load(p, 1)) {
        bench_skip(b, too_little);
        return;
    }
    struct handler_request request = pair_at(p, 0);
    void *closure = request.handler.closure;
    must(verified_net_handler(p->handler[0].program, &p->handler_kind, 0, &in_net,
                              &request.handler));
    request.handler.has_closure = true;
    request.handler.closure = closure;
    request.net = &in_net;
    change_open(&c, THIS_MODULE, NULL);
    change_withdraw_intrinsic(&c, p->event);
    change_install(&c, p->event, &request, NULL);
    must(change_commit(&c));
    bench_time(b, raise(1));
    without_pairs(b, p, 1);
}

/* --- Asynchronous --- */

static struct bench *ended_by_handler; /* or null */

static void handle_async(long a) {
    (void)a;
    if (ended_by_handler)
        bench_stop_at(ended_by_handler, bench_end());
}

/* A worker has its first turn before the first sample, and each later one behind it. */
static void time_async(struct bench *b, bool until_it_runs) {
    const struct handler_request request = {.handler = EVENT_HANDLER(null_1, handle_async),
                                            .flags = BINDING_ASYNC};
    struct change c;
    change_open(&c, THIS_MODULE, NULL);
    change_withdraw_intrinsic(&c, &event_null_1);
    change_install(&c, &event_null_1, &request, NULL);
    must(change_commit(&c));
    null_1(WANTED);
    strand_yield();
    ended_by_handler = until_it_runs ? b : NULL;
    while (bench_next(b)) {
        bench_start(b);
        null_1(WANTED);
        if (!until_it_runs)
            bench_stop(b);
        strand_yield();
    }
    ended_by_handler = NULL;
    bindings_release(&event_null_1);
    plans_reclaim();
}

BENCH(async, "dispatch/async") {
    time_async(b, false);
}

BENCH(async_extra, "dispatch/async_extra") {
    time_async(b, true);
}

#include "spin_install.h"
