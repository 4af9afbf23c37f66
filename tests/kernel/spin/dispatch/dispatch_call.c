/* SPDX-License-Identifier: MIT */
/* dispatch_call.c -- a raise is a call, whatever is bound and at each level: arguments and results
 * of every size come as they were given, and the registers that a call keeps are kept; one handler
 * serves many events, and result handlers make one result of several. */
#include "handles_kinds.h"
#include "../replace.h"

#include "lib/string.h"
#include "machine/memory/heap.h"
#include "measure/bench.h"
#include "spin/core/dispatch_kernel.h"
#include "spin/services/loader/verified.h"

MODULE("Test");

EVENT_DECLARE(test_sizes, long, (signed char a, unsigned short b, int d, unsigned long e, void *f));
EVENT_DECLARE(test_half, short, (short n));
EVENT_DECLARE(test_twin, short, (short n));
EVENT_DECLARE(test_kept, long, (long a, int b));

EVENT(test_sizes, "Test.Sizes", long,
      (signed char a, unsigned short b, int d, unsigned long e, void *f)) {
    (void)a, (void)b, (void)d, (void)e, (void)f;
    return 0;
}

EVENT(test_half, "Test.Half", short, (short n)) {
    return (short)(n / 2);
}

EVENT(test_twin, "Test.Twin", short, (short n)) {
    return n;
}

EVENT(test_kept, "Test.Kept", long, (long a, int b)) {
    return a - b;
}

static struct change change;

static int install(const struct event *event, const struct handler_request *request,
                   struct event_binding **binding) {
    change_open(&change, THIS_MODULE, NULL);
    change_install(&change, event, request, binding);
    return change_commit(&change);
}

/* The check, with the event without its intrinsic handler, at each level. */
static void at_each_level(struct check *c, const struct event *event,
                          void (*check)(struct check *c)) {
    for (enum level level = LEVEL_INTERPRETED; level <= LEVEL_BEST && !c->failed; level++) {
        change_open(&change, THIS_MODULE, NULL);
        change_level(&change, event, level);
        change_withdraw_intrinsic(&change, event);
        CHECK_THAT(c, change_commit(&change) == 0);
        check(c);
        restore_event(event);
    }
}

/* --- S-OS7: disp/args --- */

static unsigned seen; /* by guard and handler, bits */

static bool are_least(signed char a, unsigned short b, int d, unsigned long e, void *f) {
    return a == INT8_MIN && b == 0 && d == INT32_MIN && e == 0 && !f;
}

static bool are_greatest(void *closure, signed char a, unsigned short b, int d, unsigned long e,
                         void *f) {
    return closure == &seen && a == INT8_MAX && b == UINT16_MAX && d == INT32_MAX &&
           e == UINT64_MAX && f == &change;
}

static long take_least(signed char a, unsigned short b, int d, unsigned long e, void *f) {
    seen |= are_least(a, b, d, e, f) ? 1 : 4;
    return INT64_MIN;
}

static long take_greatest(void *closure, signed char a, unsigned short b, int d, unsigned long e,
                          void *f) {
    seen |= are_greatest(closure, a, b, d, e, f) ? 2 : 4;
    return INT64_MAX;
}

static void sizes(struct check *c) {
    const struct handler_request least = {.handler = EVENT_HANDLER(test_sizes, take_least),
                                          .guard = EVENT_GUARD(test_sizes, are_least)},
                                 greatest = {
                                     .handler =
                                         EVENT_HANDLER_WITH(test_sizes, take_greatest, &seen),
                                     .guard = EVENT_GUARD_WITH(test_sizes, are_greatest, &seen)};
    CHECK_THAT(c, install(&event_test_sizes, &least, NULL) == 0);
    CHECK_THAT(c, install(&event_test_sizes, &greatest, NULL) == 0);
    seen = 0;
    CHECK_THAT(c, test_sizes(INT8_MIN, 0, INT32_MIN, 0, NULL) == INT64_MIN && seen == 1);
    CHECK_THAT(c, test_sizes(INT8_MAX, UINT16_MAX, INT32_MAX, UINT64_MAX, &change) == INT64_MAX);
    CHECK_THAT(c, seen == 3);
}

CHECK(call_sizes, "dispatch/arguments_and_results_of_every_size_come_as_they_were_given") {
    at_each_level(c, &event_test_sizes, sizes);
}

/* --- S-DIS3, S-DIS7: many to many --- */

static short add(void *closure, short n) {
    return (short)(n + *(const short *)closure);
}

static void many_to_many(struct check *c) {
    static short one = 1, ten = 10;
    const struct handler_request first = {.handler = EVENT_HANDLER_WITH(test_half, add, &one)},
                                 second = {.handler = EVENT_HANDLER_WITH(test_half, add, &ten)},
                                 third = {.handler = EVENT_HANDLER_WITH(test_twin, add, &ten)};
    struct event_binding *binding;
    CHECK_THAT(c, install(&event_test_half, &first, NULL) == 0 && test_half(-5) == -4);
    CHECK_THAT(c, install(&event_test_half, &second, &binding) == 0 && test_half(-5) == 5);
    CHECK_THAT(c, install(&event_test_twin, &third, NULL) == 0 && test_twin(-5) == 5);
    change_open(&change, THIS_MODULE, NULL);
    change_uninstall(&change, binding);
    CHECK_THAT(c, change_commit(&change) == 0);
    CHECK_THAT(c, test_half(-5) == -4 && test_twin(-5) == 5);
    restore_event(&event_test_twin);
}

CHECK(call_many, "dispatch/one_handler_serves_several_events_each_with_closures_of_its_own") {
    at_each_level(c, &event_test_half, many_to_many);
}

/* --- S-DIS11: what result handlers are for --- */

static struct {
    unsigned long got[4];
    unsigned calls, last; /* calls; the one that was told to be the last */
} collected;

static unsigned long collect(unsigned long running, unsigned long result, bool last,
                             const uint64_t *argument) {
    collected.got[collected.calls++ % 4] = result;
    collected.last = last ? collected.calls : collected.last;
    return running + argument[0];
}

static unsigned long merge(unsigned long running, unsigned long result, bool last,
                           const uint64_t *argument) {
    (void)last, (void)argument;
    return running | result;
}

static unsigned long sum(unsigned long running, unsigned long result, bool last,
                         const uint64_t *argument) {
    (void)last, (void)argument;
    return running + result;
}

static unsigned long greatest(unsigned long running, unsigned long result, bool last,
                              const uint64_t *argument) {
    (void)last, (void)argument;
    return result > running ? result : running;
}

typedef unsigned long fold_fn(unsigned long, unsigned long, bool, const uint64_t *);

static short fold(fold_fn *by, uint64_t initial, short n) {
    const struct procedure handler = {.entry = (event_fn *)by};
    change_open(&change, THIS_MODULE, NULL);
    change_result_handler(&change, &event_test_half, &handler, initial);
    return change_commit(&change) ? -1 : test_half(n);
}

static void results(struct check *c) {
    static short number[] = {1, 4, 6};
    for (unsigned i = 0; i < 3; i++) {
        const struct handler_request request = {.handler =
                                                    EVENT_HANDLER_WITH(test_half, add, &number[i])};
        CHECK_THAT(c, install(&event_test_half, &request, NULL) == 0);
    }
    CHECK_THAT(c, fold(merge, 0, 0) == 7 && fold(merge, 8, 0) == 15);
    CHECK_THAT(c, fold(sum, 0, 0) == 11 && fold(greatest, 0, 0) == 6 && fold(greatest, 9, 0) == 9);
    memset(&collected, 0, sizeof collected);
    CHECK_THAT(c, fold(collect, 100, 3) == 109); /* told the argument each time */
    CHECK_THAT(c, collected.calls == 3 && collected.last == 3);
    CHECK_THAT(c, collected.got[0] == 4 && collected.got[1] == 7 && collected.got[2] == 9);
}

CHECK(call_results, "dispatch/result_handlers_merge_add_and_collect_in_order") {
    at_each_level(c, &event_test_half, results);
}

/* --- S-OS7: disp/save --- */

#define KEPT 6

/* Calls entry(a, b) with 1 to 6 in the registers that a call keeps; they are in `kept` after it. */
long call_and_look(event_fn *entry, long a, long b, uint64_t kept[KEPT]);
__asm__(".pushsection .text\n"
        "call_and_look:\n"
        "    push %rbx\n    push %rbp\n    push %r12\n    push %r13\n    push %r14\n    push %r15\n"
        "    push %rcx\n"
        "    mov %rdi, %rax\n    mov %rsi, %rdi\n    mov %rdx, %rsi\n"
        "    mov $1, %ebx\n    mov $2, %ebp\n    mov $3, %r12d\n"
        "    mov $4, %r13d\n    mov $5, %r14d\n    mov $6, %r15d\n"
        "    call *%rax\n"
        "    pop %rcx\n"
        "    mov %rbx, (%rcx)\n    mov %rbp, 8(%rcx)\n    mov %r12, 16(%rcx)\n"
        "    mov %r13, 24(%rcx)\n    mov %r14, 32(%rcx)\n    mov %r15, 40(%rcx)\n"
        "    pop %r15\n    pop %r14\n    pop %r13\n    pop %r12\n    pop %rbp\n    pop %rbx\n"
        "    ret\n"
        ".popsection\n");

static bool keeps(long a, int b) {
    uint64_t kept[KEPT] = {0};
    const long expected = test_kept(a, b);
    bool as_expected = call_and_look(*event_test_kept.cell, a, b, kept) == expected;
    for (unsigned i = 0; i < KEPT; i++)
        as_expected = as_expected && kept[i] == i + 1;
    return as_expected;
}

static struct load guard, handler, turns;
static struct handles closure;
static struct net_handler in_net;

static bool load_all(const struct object_file *file) {
    return handles_load(&guard, file, "is_wanted", &handles_kind[GUARD]) &&
           handles_load(&handler, file, "adds", &handles_kind[HANDLER]) &&
           handles_load(&turns, file, "turns", &handles_kind[TURNS]);
}

static long double_it(uint64_t *argument) {
    argument[0] *= 2;
    return 0;
}

/* A guard and a handler that are placed where that is possible, a filter, a handler in the net. */
static void registers(struct check *c) {
    const struct handler_request filter = {.handler = EVENT_FILTER(test_kept, double_it),
                                           .flags = BINDING_FILTER};
    struct handler_request both = {.flags = 0}, ends = {.net = &in_net};
    closure = (struct handles){.wanted = 5};
    CHECK_THAT(c, !verified_guard(guard.program, &handles_kind[GUARD], &both.guard) &&
                      !verified_handler(handler.program, &handles_kind[HANDLER], &both.handler) &&
                      !verified_net_handler(turns.program, &handles_kind[TURNS], 10, &in_net,
                                            &ends.handler));
    both.guard.has_closure = both.handler.has_closure = ends.handler.has_closure = true;
    both.guard.closure = both.handler.closure = ends.handler.closure = &closure;
    CHECK_THAT(c, install(&event_test_kept, &both, NULL) == 0 && test_kept(5, 2) == 7);
    CHECK_THAT(c, install(&event_test_kept, &both, NULL) == 0 && keeps(5, 2));
    CHECK_THAT(c, closure.count == 5); /* once, and by both handlers twice */
    CHECK_THAT(c, install(&event_test_kept, &ends, NULL) == 0 && keeps(5, 2) && keeps(1000, 2));
    CHECK_THAT(c, in_net.terminated == 2 && raise_exception_take(NULL) == RAISE_NO_HANDLER);
    CHECK_THAT(c, install(&event_test_kept, &filter, NULL) == 0 && keeps(5, 2) && keeps(2, 2));
}

CHECK(call_registers, "dispatch/a_raise_keeps_the_registers_that_a_call_keeps") {
    CHECK_THAT(c, handles_open(c));
    for (unsigned i = 0; i < 2 && !c->failed; i++) {
        CHECK_THAT(c, load_all(&handles_objects[i]));
        at_each_level(c, &event_test_kept, registers);
        CHECK_THAT(c, extension_close(&guard) && extension_close(&handler));
        CHECK_THAT(c, extension_close(&turns));
    }
    handles_close();
}
