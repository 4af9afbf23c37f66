/* SPDX-License-Identifier: MIT */
/* dispatch_preempt.c -- the timer at instruction after instruction of an install, an uninstall and
 * an exchange of handlers, while another strand raises the event: each raise has one list, whole.
 * An instruction is a nanosecond under icount. */
#include "../../exact.h"
#include "../replace.h"

#include "machine/cpu/x86.h"
#include "machine/device/timer.h"
#include "measure/bench.h"
#include "spin/core/dispatch/plan/plan.h"
#include "spin/core/scheduler.h"
#include "spin/services/thread/kthread.h"

MODULE("TestChange");

/* A change takes some tens of thousands of instructions. All of them by hand, with a step of 1
 * (docs/working.md); the timer comes to each kind of place with this one as well, which has no
 * factor in common with what a change repeats. */
#ifndef DELAY_STEP
#define DELAY_STEP 97
#endif
#define DELAY_MAX 200000

EVENT_DECLARE(test_change, void, ());
EVENT(test_change, "Test.Change", void, ()) {
}

static volatile bool stop, torn;
static volatile unsigned beside; /* times that the raiser had the processor */

/* What one raise has run: handlers say their numbers, and sleep, so that changes come between. */
static unsigned ran[4], runs;

static void says(void *closure) {
    if (runs < sizeof ran / sizeof ran[0])
        ran[runs++] = (unsigned)(uintptr_t)closure;
    beside++;
    strand_yield();
}

#define SAYS(n) EVENT_HANDLER_WITH(test_change, says, (void *)(uintptr_t)(n))

/* A raise runs nothing, or two of one generation, which is the tens digit. */
static void *raises(void *unused) {
    for (; !stop; strand_yield()) {
        runs = 0;
        test_change();
        torn |= runs != 0 && (runs != 2 || ran[0] / 10 != ran[1] / 10);
        beside++;
    }
    return unused;
}

/* Another that changes the same event, and often finds a change under way: of what it does and
 * undoes no raise sees anything, as its guard never holds. */
static bool never(void) {
    return false;
}

static int changes_error;

static void *changes(void *unused) {
    const struct handler_request request = {.handler = SAYS(99),
                                            .guard = EVENT_GUARD(test_change, never)};
    struct event_binding *own;
    struct change c;
    for (; !stop; strand_yield()) {
        change_open(&c, THIS_MODULE, NULL);
        change_install(&c, &event_test_change, &request, &own);
        changes_error |= change_commit(&c);
        change_open(&c, THIS_MODULE, NULL);
        change_uninstall(&c, own);
        changes_error |= change_commit(&c);
    }
    return unused;
}

static struct event_binding *pair[2];

static int install_pair(struct change *c, unsigned generation) {
    const struct handler_request first = {.handler = SAYS(10 * generation + 1)},
                                 second = {.handler = SAYS(10 * generation + 2)};
    change_install(c, &event_test_change, &first, &pair[0]);
    return change_install(c, &event_test_change, &second, &pair[1]);
}

static int uninstall_pair(struct change *c) {
    change_uninstall(c, pair[0]);
    return change_uninstall(c, pair[1]);
}

enum { INSTALL, UNINSTALL, EXCHANGE };

/* With the timer so many nanoseconds after its beginning. Gives whether it came before its end. */
static bool change_under_timer(unsigned what, unsigned generation, unsigned delay, int *error) {
    struct change c;
    unsigned before = beside;
    timer_arm_ns(delay);
    sti();
    change_open(&c, THIS_MODULE, NULL);
    if (what != INSTALL)
        uninstall_pair(&c);
    if (what != UNINSTALL)
        install_pair(&c, generation);
    *error |= change_commit(&c);
    bool interrupted = beside != before;
    cli();
    return interrupted;
}

CHECK(preempt_change, "dispatch/preempted_anywhere_in_a_change_a_raise_has_one_list_whole") {
    if (!clock_is_exact()) {
        check_skip(c, "no clock counts instructions here");
        return;
    }
    module_add(THIS_MODULE);
    stop = torn = false;
    changes_error = 0;
    struct kthread *raiser = kthread_fork(raises, NULL), *other = kthread_fork(changes, NULL);
    CHECK_THAT(c, raiser && other);
    int error = 0;
    unsigned interrupted[3] = {0}, delay = 0;
    bool any = true;
    for (unsigned round = 0; any && !torn && !error && delay < DELAY_MAX; round++) {
        delay += DELAY_STEP;
        any = false;
        for (unsigned what = INSTALL; what <= EXCHANGE; what++) {
            unsigned in_turn = what == UNINSTALL ? EXCHANGE : what == EXCHANGE ? UNINSTALL : what;
            bool was = change_under_timer(in_turn, 1 + round % 9, delay, &error);
            interrupted[in_turn] += was;
            any |= was;
            strand_yield();
        }
        plans_reclaim();
    }
    stop = true;
    void *result;
    bool joined = kthread_join(raiser, &result) && kthread_join(other, &result);
    error |= changes_error;
    restore_event(&event_test_change);
    if (!joined || error || torn || any || interrupted[INSTALL] < 10 ||
        interrupted[UNINSTALL] < 10 || interrupted[EXCHANGE] < 10)
        check_fail(c, "%u ns: joined %u, error %d, torn %u, interrupted %u, %u and %u times", delay,
                   joined, error, torn, interrupted[INSTALL], interrupted[UNINSTALL],
                   interrupted[EXCHANGE]);
}

/* --- Plans that are retired --- */

static int retires(void) {
    struct change c;
    change_open(&c, THIS_MODULE, NULL);
    install_pair(&c, 1);
    int error = change_commit(&c);
    change_open(&c, THIS_MODULE, NULL);
    uninstall_pair(&c);
    return error ? error : change_commit(&c);
}

static void *reclaims(void *unused) {
    for (; !stop; strand_yield()) {
        retires();
        plans_reclaim();
        beside++;
    }
    return unused;
}

#define RECLAIM_STEP 7

CHECK(preempt_reclaim, "dispatch/two_strands_that_reclaim_plans_free_each_once") {
    if (!clock_is_exact()) {
        check_skip(c, "no clock counts instructions here");
        return;
    }
    module_add(THIS_MODULE);
    stop = false;
    struct kthread *other = kthread_fork(reclaims, NULL);
    const uint64_t heap = heap_used();
    int error = other ? 0 : -1;
    bool any = true;
    unsigned delay = 0;
    for (; any && !error && delay < DELAY_MAX; delay += RECLAIM_STEP) {
        error = retires();
        unsigned before = beside;
        timer_arm_ns(delay);
        sti();
        plans_reclaim();
        any = beside != before || delay < 100;
        cli();
        timer_stop();
        strand_yield();
    }
    stop = true;
    void *result;
    bool joined = other && kthread_join(other, &result);
    restore_event(&event_test_change);
    if (!joined || error || any || !heap_is_back(heap))
        check_fail(c, "%u ns: joined %u, error %d, %lu bytes of heap", delay, joined, error,
                   heap_used() - heap);
}
