/* SPDX-License-Identifier: MIT */
/* dispatch_async.c -- asynchronous handlers and events in the running kernel: strands of their own
 * run them, and nothing that was put down is lost or runs twice, wherever the timer interrupts. */
#include "../../exact.h"
#include "../replace.h"

#include "machine/cpu/interrupt_flag.h"
#include "machine/cpu/x86.h"
#include "machine/device/timer.h"
#include "measure/bench.h"
#include "spin/services/events/introspect.h"
#include "spin/core/dispatch/plan/plan.h"
#include "spin/core/strand.h"

MODULE("TestAsync");

EVENT_DECLARE(test_async, void, (long a));
EVENT(test_async, "Test.Async", void, (long a)) {
    (void)a;
}

EVENT_DECLARE(test_pointer, void, (const char *text));
EVENT(test_pointer, "Test.Pointer", void, (const char *text)) {
    (void)text;
}

static volatile long sum;
static volatile unsigned times;
static const struct strand *by;
static bool sleeps;

static void hears(long a) {
    by = strand_current();
    if (sleeps)
        strand_yield();
    sum += a;
    times++;
}

static int install(uint8_t flags, struct event_binding **binding) {
    const struct handler_request request = {.handler = EVENT_HANDLER(test_async, hears),
                                            .flags = flags};
    struct change c;
    change_open(&c, THIS_MODULE, NULL);
    change_install(&c, &event_test_async, &request, binding);
    return change_commit(&c);
}

static int set_event(enum level level, uint32_t pending) {
    struct change c;
    change_open(&c, THIS_MODULE, NULL);
    change_level(&c, &event_test_async, level);
    change_asynchronous(&c, &event_test_async, pending);
    return change_commit(&c);
}

static void begin(bool sleeping) {
    sum = times = 0;
    by = NULL;
    sleeps = sleeping;
}

/* --- S-DIS13 --- */

static void goes_on(struct check *c) {
    begin(true);
    test_async(5);
    test_async(7);
    CHECK_THAT(c, !by);
    strand_yield(); /* the worker begins with the first one, and sleeps in it */
    CHECK_THAT(c, by && by != strand_current() && times == 0);
    test_async(11);
    for (unsigned i = 0; i < 4; i++)
        strand_yield();
    CHECK_THAT(c, times == 3 && sum == 23);
}

CHECK(async_handler, "dispatch/an_asynchronous_handler_runs_in_a_strand_of_its_own") {
    for (enum level level = LEVEL_INTERPRETED; level <= LEVEL_BEST && !c->failed; level++) {
        CHECK_THAT(c, set_event(level, 0) == 0 && install(BINDING_ASYNC, NULL) == 0);
        goes_on(c);
        restore_event(&event_test_async);
    }
}

CHECK(async_event, "dispatch/an_asynchronous_event_is_raised_in_a_strand_of_its_own") {
    for (enum level level = LEVEL_INTERPRETED; level <= LEVEL_BEST && !c->failed; level++) {
        struct event_report report;
        CHECK_THAT(c, install(0, NULL) == 0 && set_event(level, 4) == 0);
        event_report(&event_test_async, &report);
        CHECK_THAT(c, report.asynchronous && !event_is_intrinsic(&event_test_async));
        goes_on(c);
        restore_event(&event_test_async);
        CHECK_THAT(c, event_is_intrinsic(&event_test_async));
    }
}

CHECK(async_pointer, "dispatch/an_event_with_an_address_among_its_parameters_is_not_asynchronous") {
    CHECK_THAT(c, event_test_pointer.has_addresses && !event_test_async.has_addresses);
}

/* --- Under the timer --- */

#define DELAYS 1200 /* a raise, a switch and a run take fewer instructions */

static void under_timer(struct check *c, unsigned delay) {
    begin(false);
    timer_arm_ns(delay);
    sti();
    test_async(1);
    test_async(2);
    strand_yield();
    test_async(4);
    cli();
    timer_stop();
    for (unsigned i = 0; i < 3; i++)
        strand_yield();
    if (times != 3 || sum != 7)
        check_fail(c, "after %u ns: %u runs, which sum up to %ld", delay, times, sum);
}

CHECK(async_timer, "dispatch/interrupted_anywhere_each_asynchronous_run_happens_once") {
    if (!clock_is_exact()) {
        check_skip(c, "no clock counts instructions here");
        return;
    }
    for (unsigned way = 0; way < 2 && !c->failed; way++) {
        CHECK_THAT(c, install(way == 0 ? BINDING_ASYNC : 0, NULL) == 0);
        CHECK_THAT(c, set_event(LEVEL_BEST, way == 0 ? 0 : 4) == 0);
        for (unsigned delay = 1; delay < DELAYS && !c->failed; delay++)
            under_timer(c, delay);
        restore_event(&event_test_async);
    }
}
