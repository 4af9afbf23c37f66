/* SPDX-License-Identifier: MIT */
/* verified_raise.c -- programs that raise an event: the exceptions that they get or take, what a
 * raise may cost, and where the stack ends. Programs of both compilers, an event at each level. */
#include "handles_kinds.h"
#include "../replace.h"

#include "lib/error.h"
#include "lib/string.h"
#include "spin/core/dispatch_kernel.h"
#include "spin/services/loader/verified.h"
#include "spin/services/thread/kthread.h"
#include "spin/services/verified_raise.h"

MODULE("TestRaise");

EVENT_DECLARE(test_outer, long, (long a, int b));
EVENT(test_outer, "Test.Outer", long, (long a, int b)) {
    return -a - b;
}

static struct load outer, inner;
static struct net_handler outer_net, inner_net;
static struct handles outer_closure, inner_closure;

/* The program as a handler of the event, in the net. */
static int bind(struct load *load, const struct event *event, struct net_handler *net,
                struct handles *closure) {
    struct handler_request request = {.net = net};
    struct change change;
    if (verified_net_handler(load->program, load->program->kind, 0, net, &request.handler))
        return -E_INVALID;
    request.handler.has_closure = true;
    request.handler.closure = closure;
    change_open(&change, event->module, NULL);
    change_install(&change, event, &request, NULL);
    return change_commit(&change);
}

static int prepare(const struct event *event, enum level level) {
    struct change change;
    change_open(&change, event->module, NULL);
    change_level(&change, event, level);
    change_withdraw_intrinsic(&change, event);
    return change_commit(&change);
}

/* The check, with `name` behind Test.Outer and `within` behind Test.Inner, or nothing. */
static void for_programs(struct check *c, const char *name, const char *within,
                         void (*check)(struct check *c)) {
    CHECK_THAT(c, handles_open(c));
    for (unsigned i = 0; i < 2 && !c->failed; i++) {
        CHECK_THAT(c, handles_load(&outer, &handles_objects[i], name, &handles_kind[HANDLER]));
        CHECK_THAT(c, !within || handles_load(&inner, &handles_objects[i], within,
                                              &handles_kind[HANDLER]));
        for (enum level level = LEVEL_INTERPRETED; level <= LEVEL_BEST && !c->failed; level++) {
            outer_closure = inner_closure = (struct handles){.count = 0};
            CHECK_THAT(c, !prepare(&event_test_outer, level) && !prepare(&event_test_inner, level));
            CHECK_THAT(c, bind(&outer, &event_test_outer, &outer_net, &outer_closure) == 0);
            CHECK_THAT(c,
                       !within || bind(&inner, &event_test_inner, &inner_net, &inner_closure) == 0);
            check(c);
            restore_event(&event_test_outer);
            restore_event(&event_test_inner);
        }
        CHECK_THAT(c, extension_close(&outer) && (!within || extension_close(&inner)));
    }
    handles_close();
}

/* --- S-DIS15: exceptions --- */

static void ends_by_nobody(struct check *c) {
    const struct event *event;
    CHECK_THAT(c, test_outer(3, 4) == 0 && outer_closure.count == 1);
    CHECK_THAT(c, raise_exception_take(&event) == RAISE_FAILED && event == &event_test_outer);
    CHECK_THAT(c, strcmp(outer_net.report.reason, "nobody handles Test.Inner") == 0);
    CHECK_THAT(c, outer_net.report.at != NET_UNKNOWN && outer_net.report.has_registers);
}

CHECK(raise_nobody, "raise/a_program_whose_raise_nobody_handles_ends_and_its_raise_with_it") {
    for_programs(c, "raises", NULL, ends_by_nobody);
}

static void ends_by_failure(struct check *c) {
    CHECK_THAT(c, test_outer(3, 4) == 7 && inner_closure.count == 100);
    CHECK_THAT(c, test_outer(6, 4) == 0 && raise_exception_take(NULL) == RAISE_FAILED);
    CHECK_THAT(c, strcmp(outer_net.report.reason, "a handler has failed of Test.Inner") == 0);
    CHECK_THAT(c, inner_net.failed && outer_net.failed && !raise_exception_take(NULL));
    CHECK_THAT(c, !thread_current()->net && test_outer(3, 4) == 7);
}

CHECK(raise_failure, "raise/a_failure_passes_through_each_program_that_does_not_take_it") {
    for_programs(c, "raises", "checked", ends_by_failure);
}

static void takes_nobody(struct check *c) {
    raise_exception_set(&event_test_outer, RAISE_FAILED, 0); /* left behind by somebody */
    CHECK_THAT(c, test_outer(3, 4) == 1000 * RAISE_NO_HANDLER && outer_closure.count == 1);
    CHECK_THAT(c, !outer_net.failed && !raise_exception_take(NULL) && !raise_caught());
}

CHECK(raise_try_nobody, "raise/a_program_takes_the_exception_of_nobody_and_goes_on") {
    for_programs(c, "tries", NULL, takes_nobody);
}

static void takes_failure(struct check *c) {
    CHECK_THAT(c, test_outer(6, 4) == 1000 * RAISE_FAILED && outer_closure.count == 1);
    CHECK_THAT(c, inner_net.failed == 1 && !outer_net.failed && !raise_exception_take(NULL));
    CHECK_THAT(c, test_outer(3, 4) == 7 && outer_closure.count == 2);
}

CHECK(raise_try_failure, "raise/a_program_takes_the_exception_of_a_failed_handler_and_goes_on") {
    for_programs(c, "tries", "checked", takes_failure);
}

EVENT_DECLARE(test_nobody, long, ());
EVENT(test_nobody, "Test.Nobody", long, ()) {
    return 0;
}

static long does_without(long a, int b) {
    test_nobody();
    return a + b;
}

static void is_not_concerned(struct check *c) {
    const struct handler_request request = {.handler = EVENT_HANDLER(test_inner, does_without)};
    struct change change;
    change_open(&change, event_test_inner.module, NULL);
    change_install(&change, &event_test_inner, &request, NULL);
    CHECK_THAT(c, !change_commit(&change) && !prepare(&event_test_nobody, LEVEL_BEST));
    long result = test_outer(3, 4);
    bool left = raise_exception_take(NULL);
    restore_event(&event_test_nobody);
    CHECK_THAT(c, result == 7 && !left && !outer_net.failed);
}

CHECK(raise_within, "raise/an_exception_that_a_native_handler_does_without_is_not_its_raises") {
    for_programs(c, "raises", NULL, is_not_concerned);
    for_programs(c, "tries", NULL, is_not_concerned);
}

/* The same event once more, which nobody handles then. */
static long raises_again(long a, int b) {
    if (a == 3)
        test_inner(99, b);
    return a + b;
}

static bool is_no_99(long a, int b) {
    (void)b;
    return a != 99;
}

static void is_not_its_own(struct check *c) {
    const struct handler_request request = {.handler = EVENT_HANDLER(test_inner, raises_again),
                                            .guard = EVENT_GUARD(test_inner, is_no_99)};
    struct change change;
    change_open(&change, event_test_inner.module, NULL);
    change_install(&change, &event_test_inner, &request, NULL);
    CHECK_THAT(c, !change_commit(&change));
    CHECK_THAT(c, test_outer(3, 4) == 7 && !raise_exception_take(NULL) && !outer_net.failed);
}

static void is_its_own(struct check *c) {
    is_not_its_own(c);
    CHECK_THAT(c, test_outer(99, 4) == 1000 * RAISE_NO_HANDLER);
}

CHECK(raise_again, "raise/an_exception_of_an_event_within_itself_is_not_its_raises") {
    for_programs(c, "raises", NULL, is_not_its_own);
    for_programs(c, "tries", NULL, is_its_own);
}

/* --- Declared costs --- */

static void stays_within(struct check *c) {
    *event_test_inner.budget = 1000;
    int again = bind(&outer, &event_test_inner, &inner_net, &inner_closure), error = 0;
    unsigned more = 0;
    while (!error && more < 20) {
        error = bind(&inner, &event_test_inner, &inner_net, &inner_closure);
        more += !error;
    }
    *event_test_inner.budget = 0;
    CHECK_THAT(c, again == -E_COST); /* it counts for INNER_COST */
    CHECK_THAT(c, error == -E_COST && more > 2 && more < 10);
    inner_closure.count = 0;
    CHECK_THAT(c, test_inner(1, 2) == 3 && inner_closure.count == more + 1);
}

CHECK(raise_cost, "raise/handlers_stay_within_the_cost_that_raisers_were_told") {
    for_programs(c, "raises", "adds", stays_within);
}

/* --- Stack --- */

/* Nobody was told what a raise costs, so the handler is let in. */
static void *raises_for_ever(void *c) {
    struct check *check = c;
    test_outer(1, 2);
    if (raise_exception_take(NULL) != RAISE_FAILED || !inner_closure.count)
        check_fail(check, "after %lu raises it has not failed", inner_closure.count);
    return NULL;
}

static void ends_in_time(struct check *c) {
    void *result;
    raises_for_ever(c); /* on the stack of the boot... */
    struct kthread *thread = kthread_fork(raises_for_ever, c);
    CHECK_THAT(c, thread && kthread_join(thread, &result)); /* ...and on a thread's */
    CHECK_THAT(c, strcmp(outer_net.report.reason, "a handler has failed of Test.Inner") == 0);
    CHECK_THAT(c, strcmp(inner_net.report.reason, "a handler has failed of Test.Inner") == 0);
}

/* Test.Outer's program raises Test.Inner, whose native handler raises Test.Outer, and does without
 * the exception of the last one. */
static long raises_back(long a, int b) {
    inner_closure.count++;
    return test_outer(a, b);
}

static void *raise_each_other(void *unused) {
    test_outer(1, 2);
    return unused;
}

static void end_in_time(struct check *c) {
    const struct handler_request request = {.handler = EVENT_HANDLER(test_inner, raises_back)};
    struct change change;
    void *result;
    change_open(&change, event_test_inner.module, NULL);
    change_install(&change, &event_test_inner, &request, NULL);
    CHECK_THAT(c, change_commit(&change) == 0);
    raise_each_other(NULL);
    struct kthread *thread = kthread_fork(raise_each_other, NULL);
    CHECK_THAT(c, thread && kthread_join(thread, &result));
    CHECK_THAT(c, inner_closure.count > 2 && outer_net.failed == 2);
    CHECK_THAT(c, strcmp(outer_net.report.reason, "too little stack is left to raise Test.Inner") ==
                      0);
}

CHECK(raise_back, "raise/two_that_raise_each_other_end_where_the_stack_does") {
    for_programs(c, "raises", NULL, end_in_time);
}

CHECK(raise_stack, "raise/a_handler_that_raises_its_own_event_ends_where_the_stack_does") {
    for_programs(c, "raises", "raises", ends_in_time);
}
