/* SPDX-License-Identifier: MIT */
/* spin_pairs.h -- guards and handlers of extensions, which are verified programs, for the events
 * that spin.c declares: loaded, installed in the place of the intrinsic handler, and gone again. */
#ifndef DISPATCH_SPIN_PAIRS_H
#define DISPATCH_SPIN_PAIRS_H

#include "handlers.h"

#include "common/engine.h"
#include "engine/interpreter.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/memory/heap.h"
#include "machine/report/panic.h"
#include "measure/bench.h"
#include "spin/services/events/introspect.h"
#include "spin/core/dispatch/plan/plan.h"
#include "spin/core/event.h"
#include "spin/core/extension.h"
#include "spin/services/loader/verified.h"

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
    unsigned
        spread; /* not 0: the n-th guard wants n * spread, from its closure, or from there on */
    struct counter counter[PAIRS_MAX];
};

/* Those of which one is wanted: each guard its own number, in its closure, or its own range. */
#define RANGE 4 /* numbers a range */

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

static struct pairs equal_pairs = {.args = 1,
                                   .event = &event_null_1,
                                   .guard_name = "guard_equal",
                                   .handler_name = "handler_1",
                                   .guard_type = "guard_equal_type",
                                   .handler_type = "handler_1_type",
                                   .spread = 1},
                    range_pairs = {.args = 1,
                                   .event = &event_null_1,
                                   .guard_name = "guard_range",
                                   .handler_name = "handler_1",
                                   .guard_type = "guard_equal_type",
                                   .handler_type = "handler_1_type",
                                   .spread = RANGE};

static const struct typing_grant counter_grant = {.type = "counter", .may = MAY_READ_WRITE};

static void open_kind(struct typing *kind, const char *prototype, uint8_t demands) {
    static struct types types;
    static struct kind_description description[16];
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
    p->counter[n].wanted = p->spread ? n * p->spread : WANTED;
    *count_at(p, n) = 0;
    r.guard.closure = r.handler.closure = &p->counter[n];
    r.guard.has_closure = p->args == 0 || p->spread;
    r.guard.constant = p->spread ? offsetof(struct counter, count) : 0;
    r.handler.has_closure = !own;
    return r;
}

/* In the place of the intrinsic handler; nobody has changed the event before. */
static void begin_pairs(const struct pairs *p, enum level level) {
    struct change c;
    change_open(&c, THIS_MODULE, NULL);
    change_level(&c, p->event, level);
    change_withdraw_intrinsic(&c, p->event);
    must(change_commit(&c));
}

static void install_pairs(struct pairs *p, unsigned count, enum level level) {
    struct change c;
    begin_pairs(p, level);
    change_open(&c, THIS_MODULE, NULL);
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

/* Of those that tell numbers apart, one. */
static void check_one(struct bench *b, struct pairs *p, unsigned count, unsigned one) {
    for (unsigned i = 0; i < count; i++)
        if (!*count_at(p, i) != (i != one))
            panic("%s: handler %u ran %lu times, and %u is wanted", b->row, i, *count_at(p, i),
                  one);
}

static void end_pairs(struct pairs *p) {
    bindings_release(p->event);
    plans_reclaim();
    pairs_unload(p);
}

static void without_pairs(struct bench *b, struct pairs *p, unsigned count) {
    check_counts(b, p, count);
    end_pairs(p);
}

/* The level that the row names. */
static enum level level_of_row(const struct bench *b) {
    static const char *const names[] = {[LEVEL_INTERPRETED] = "interpreted",
                                        [LEVEL_STUB] = "stub",
                                        [LEVEL_INLINE] = "inline",
                                        [LEVEL_MERGED] = "merged"};
    char name[16];
    enum level level = LEVEL_INTERPRETED;
    bench_word(b, "level", name, sizeof name);
    while (strcmp(names[level], name) != 0)
        level++;
    return level;
}

/* It is no worse than that. */
static void check_level(const struct bench *b, const struct pairs *p, enum level level) {
    struct event_report report;
    event_report(p->event, &report);
    if (report.level != level)
        panic("%s: the level is %u: %s", b->row, report.level, report.why);
}

static const char too_little[] = "the machine has too little memory for so many handlers";

#endif
