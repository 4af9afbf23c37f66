/* SPDX-License-Identifier: MIT */
/* spin.c -- what an event costs above the procedure that it is: a call of a procedure by its name,
 * a raise of an event that only its intrinsic handler handles, with the same arguments, and a raise
 * that many guards and handlers of extensions wait for. */
#include "handlers.h"

#include "common/engine.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/memory/heap.h"
#include "machine/report/panic.h"
#include "measure/bench.h"
#include "spin/core/dispatch/plan.h"
#include "spin/core/event.h"
#include "spin/core/extension.h"
#include "spin/core/verified.h"

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

/* --- Guards and handlers, which are verified programs --- */

extern const uint8_t handlers_types[], handlers_types_end[], handlers_object[],
    handlers_object_end[];
__asm__(".pushsection .rodata\n.balign 16\n"
        "handlers_types: .incbin \"exports/experiments/dispatch/handlers_types.btf\"\n"
        "handlers_types_end: .balign 16\n"
        "handlers_object: .incbin \"experiments/dispatch/handlers.clang-O2.o\"\n"
        "handlers_object_end:\n.popsection");

#define PAIRS_MAX 1000

/* All that handles one event. Programs are loaded for a row and gone after it: what a row costs is
 * not to depend on those before it. */
struct pairs {
    unsigned args;
    const struct event *event;
    const char *guard_name, *handler_name, *guard_type, *handler_type;
    struct typing guard_kind, handler_kind;
    struct load guard;
    struct load *handler; /* one, or with 5 arguments one each: a variable of it counts */
    unsigned handlers;
    struct counter counter[PAIRS_MAX];
};

#define PAIRS(n)                                                                                   \
    {                                                                                              \
        .args = (n), .event = &event_null_##n, .guard_name = "guard_" #n,                          \
        .handler_name = "handler_" #n, .guard_type = "guard_" #n "_type",                          \
        .handler_type = "handler_" #n "_type"                                                      \
    }
static struct pairs all_pairs[] = {PAIRS(0), PAIRS(1), PAIRS(5)};

EVENT_DECLARE(sum, long, (long a));
EVENT(sum, "Null.Sum", long, (long a)) {
    return a;
}

/* Handlers that give results: one argument, and the guard of one. */
static struct pairs sum_pairs = {.args = 1,
                                 .event = &event_sum,
                                 .guard_name = "guard_1",
                                 .handler_name = "handler_result",
                                 .guard_type = "guard_1_type",
                                 .handler_type = "handler_result_type"};

static const struct typing_grant counter_grant = {.type = "counter", .may = MAY_READ_WRITE};

static void open_kind(struct typing *kind, const char *prototype, uint8_t demands) {
    static struct types types;
    static struct kind_description description[8];
    static unsigned descriptions;
    const struct bytes section = {handlers_types, (size_t)(handlers_types_end - handlers_types)};
    struct report *why = heap_alloc(sizeof *why);
    struct kind_description *d = &description[descriptions++];
    if (!why || (!types.fingerprint && !types_open(&types, &engine_hooks, section, why)))
        panic("dispatch: the types of the handlers cannot be read");
    *d = (struct kind_description){
        .kind = {.name = prototype, .demands = demands, .stack_max = EXTENSION_STACK_MAX},
        .prototype = prototype,
        .types = &types,
        .grant = &counter_grant,
        .grants = 1};
    if (!typing_open(kind, &engine_hooks, d, why))
        panic("dispatch: %s: %s", prototype, why->text);
    heap_free(why, sizeof *why);
}

/* False: out of memory. */
static bool load_one(struct load *load, const struct typing *kind, const char *name) {
    const struct load_request request = {.name = name,
                                         .file = handlers_object,
                                         .len = (size_t)(handlers_object_end - handlers_object),
                                         .as = kind,
                                         .only = name};
    struct report *why = heap_alloc(sizeof *why);
    bool loaded = why && extension_open(load, &request, why);
    if (why && !loaded && strcmp(rule_name(why->rule), "no-memory") != 0)
        panic("dispatch: %s: %s", name, why->text);
    heap_free(why, sizeof *why);
    return loaded;
}

static struct pairs *pairs_of(unsigned args) {
    struct pairs *p = all_pairs;
    while (p->args != args)
        p++;
    return p;
}

static void pairs_unload(struct pairs *p) {
    while (p->handlers)
        extension_close(&p->handler[--p->handlers]);
    if (p->guard.count)
        extension_close(&p->guard);
    p->guard.count = 0;
}

static bool load_programs(struct pairs *p, unsigned handlers) {
    if (!load_one(&p->guard, &p->guard_kind, p->guard_name))
        return false;
    for (; p->handlers < handlers; p->handlers++)
        if (!load_one(&p->handler[p->handlers], &p->handler_kind, p->handler_name))
            return false;
    return true;
}

/* The programs of so many pairs; handlers that have no closure are one each. False: out
 * of memory. */
static bool pairs_load(struct pairs *p, unsigned count) {
    if (!p->handler) {
        p->handler = heap_alloc((p->args == 5 ? PAIRS_MAX : 1) * sizeof *p->handler);
        if (!p->handler)
            return false;
        open_kind(&p->guard_kind, p->guard_type, BOUNDED | FUNCTIONAL);
        open_kind(&p->handler_kind, p->handler_type, BOUNDED);
    }
    bool loaded = load_programs(p, p->args == 5 ? count : 1);
    if (!loaded)
        pairs_unload(p);
    return loaded;
}

static unsigned long *count_at(struct pairs *p, unsigned i) {
    return p->args == 5 ? p->handler[i].link.variable[0].address : &p->counter[i].count;
}

static void must(int error) {
    if (error)
        panic("dispatch: %s", error_sentence(error));
}

/* The n-th pair: its guard, and a handler that counts in a place of its own. */
static struct handler_request pair_at(struct pairs *p, unsigned n) {
    const bool own = p->args == 5;
    struct handler_request r = {.flags = 0};
    must(verified_guard(&p->guard.program[0], &p->guard_kind, &r.guard));
    must(verified_handler(&p->handler[own ? n : 0].program[0], &p->handler_kind, &r.handler));
    p->counter[n].wanted = WANTED;
    *count_at(p, n) = 0;
    r.guard.closure = r.handler.closure = &p->counter[n];
    r.guard.has_closure = p->args == 0;
    r.handler.has_closure = !own;
    return r;
}

/* In the place of the intrinsic handler. */
static void install_pairs(struct pairs *p, unsigned count, enum level level) {
    struct change c;
    change_open(&c, THIS_MODULE, NULL);
    change_level(&c, p->event, level);
    change_withdraw_intrinsic(&c, p->event);
    for (unsigned i = 0; i < count; i++) {
        const struct handler_request request = pair_at(p, i);
        if (c.steps == CHANGE_STEPS_MAX) {
            must(change_commit(&c));
            change_open(&c, THIS_MODULE, NULL);
        }
        change_install(&c, p->event, &request, NULL);
    }
    must(change_commit(&c));
}

/* Each handler has run in each raise. */
static void check_counts(struct bench *b, struct pairs *p, unsigned count) {
    for (unsigned i = 0; i < count; i++)
        if (!*count_at(p, i) || *count_at(p, i) != *count_at(p, 0))
            panic("%s: handler %u ran %lu times, the first %lu times", b->row, i, *count_at(p, i),
                  *count_at(p, 0));
}

static void without_pairs(struct bench *b, struct pairs *p, unsigned count) {
    check_counts(b, p, count);
    bindings_release(p->event);
    plans_reclaim();
    pairs_unload(p);
}

static const char too_little[] = "the machine has too little memory for so many handlers";

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

BENCH(handlers, "dispatch/handlers:1,5,10,50,100,1000/args:0,1,5/level:interpreted,stub") {
    const unsigned handlers = (unsigned)bench_arg(b, "handlers"),
                   args = (unsigned)bench_arg(b, "args");
    struct pairs *p = pairs_of(args);
    char level[16];
    if (!pairs_load(p, handlers)) {
        bench_skip(b, too_little);
        return;
    }
    bench_word(b, "level", level, sizeof level);
    install_pairs(p, handlers, level[0] == 'i' ? LEVEL_INTERPRETED : LEVEL_STUB);
    if (args == 0)
        bench_raise(b, 0, handlers);
    else if (args == 1)
        bench_raise(b, 1, handlers);
    else
        bench_raise(b, 5, handlers);
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
    in_net = (struct net_handler){
        .program = p->handler[0].program, .has_closure = true, .closure = request.handler.closure};
    must(verified_net_handler(&in_net, &p->handler_kind, &request.handler));
    request.flags = BINDING_MAY_END;
    change_open(&c, THIS_MODULE, NULL);
    change_withdraw_intrinsic(&c, p->event);
    change_install(&c, p->event, &request, NULL);
    must(change_commit(&c));
    bench_time(b, raise(1));
    without_pairs(b, p, 1);
}
