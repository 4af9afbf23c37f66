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
#include "spin/services/strand_time.h"

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

/* The worker has its turn, and another where a quantum that began before has ended in that. */
static void goes_on(struct check *c) {
    begin(true);
    test_async(5);
    test_async(7);
    CHECK_THAT(c, !by);
    for (unsigned i = 0; i < 2 && !by; i++)
        strand_yield(); /* it begins with the first one, and sleeps in it */
    CHECK_THAT(c, by && by != strand_current() && times == 0);
    test_async(11);
    for (unsigned i = 0; i < 8 && times < 3; i++)
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

static unsigned released;
static uint64_t released_at;

static void is_released(void *closure) {
    (void)closure;
    released++;
    released_at = rdtsc();
}

static void hears_with(void *closure, long a) {
    (void)closure;
    hears(a);
}

/* Installs a handler, raises, lets it run or not, and takes it away. In a frame of its own: what is
 * left of a change would look like a raise to who looks through the stacks. */
static __attribute__((noinline)) int raise_and_end(bool waits) {
    struct handler_request request = {
        .handler = EVENT_HANDLER_WITH(test_async, hears_with, &released), .flags = BINDING_ASYNC};
    struct event_binding *binding;
    struct change change;
    request.handler.release = is_released;
    change_open(&change, THIS_MODULE, NULL);
    change_install(&change, &event_test_async, &request, &binding);
    int error = change_commit(&change);
    test_async(1);
    if (!waits)
        strand_yield();
    change_open(&change, THIS_MODULE, NULL);
    change_uninstall(&change, binding);
    return error | change_commit(&change);
}

/* Reclaims the plan of a handler that is no more, for which a run is still waiting or not; the
 * ticks from the timer's start to its release. */
static uint64_t end_under_timer(struct check *c, unsigned delay, bool waits) {
    begin(false);
    released = 0;
    int error = raise_and_end(waits);
    clear_stack_below();
    timer_arm_ns(delay);
    uint64_t from = rdtsc();
    sti();
    plans_reclaim();
    cli();
    timer_stop();
    for (unsigned i = 0; i < 3; i++)
        strand_yield();
    clear_stack_below();
    plans_reclaim();
    if (error || times != 1 || released != 1)
        check_fail(c, "after %u ns: %u runs, %u times released", delay, times, released);
    return released_at - from;
}

#define AROUND 600 /* instructions: from what decides who frees it to its release are fewer */

CHECK(async_end,
      "dispatch/interrupted_anywhere_what_is_asynchronous_is_freed_once_when_it_has_run") {
    if (!clock_is_exact()) {
        check_skip(c, "no clock counts instructions here");
        return;
    }
    end_under_timer(c, 10000000, false);
    unsigned at = (unsigned)end_under_timer(c, 10000000, false);
    for (unsigned delay = at > AROUND ? at - AROUND : 1; delay < at + AROUND && !c->failed; delay++)
        end_under_timer(c, delay, true);
    restore_event(&event_test_async);
}

/* A strand whose time is used up, and which the next interrupt therefore ends. */
static struct module guest = {.name = "Guest"};

static void is_cut(void *delay) {
    timer_arm_ns(*(const unsigned *)delay);
    test_async(1);
    for (;;)
        ;
}

static void cut_after(struct check *c, unsigned delay) {
    struct strand s;
    begin(false);
    CHECK_THAT(c, strand_create(&s, &guest, PRIORITY_USUAL, is_cut, &delay) == 0);
    strand_unblock(&s);
    strand_yield();
    CHECK_THAT(c, s.sched.state == SCHED_ENDED);
    test_async(2);
    for (unsigned i = 0; i < 3; i++)
        strand_yield();
    if (sum != 2 && sum != 3)
        check_fail(c, "cut after %u ns: %u runs, which sum up to %ld", delay, times, sum);
}

#define DELAYS_CUT 200 /* a raise takes fewer instructions */

CHECK(async_cut, "dispatch/a_raiser_that_is_cut_anywhere_keeps_no_later_run_from_its_turn") {
    if (!clock_is_exact()) {
        check_skip(c, "no clock counts instructions here");
        return;
    }
    module_add(&guest);
    guest.account.quota[RESOURCE_TIME] = 0;
    CHECK_THAT(c, strand_time_begin() == 0);
    for (unsigned way = 0; way < 2 && !c->failed; way++) {
        CHECK_THAT(c, install(way == 0 ? BINDING_ASYNC : 0, NULL) == 0);
        CHECK_THAT(c, set_event(LEVEL_BEST, way == 0 ? 0 : 4) == 0);
        for (unsigned delay = 1; delay < DELAYS_CUT && !c->failed; delay++)
            cut_after(c, delay);
        restore_event(&event_test_async);
    }
    CHECK_THAT(c, strand_time_end() == 0);
    module_remove(&guest);
}
