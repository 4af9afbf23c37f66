/* SPDX-License-Identifier: MIT */
/* dispatch_publication.c -- what raises beside a change of two events see. */
#include "../../exact.h"
#include "../replace.h"

#include "machine/cpu/x86.h"
#include "machine/device/timer.h"
#include "machine/thread/preempt.h"
#include "measure/bench.h"
#include "spin/core/dispatch_kernel.h"
#include "spin/services/thread/kthread.h"

MODULE("TestPublication");

EVENT_DECLARE(test_older, void, ());
EVENT(test_older, "Test.Older", void, ()) {
}

EVENT_DECLARE(test_newer, void, ());
EVENT(test_newer, "Test.Newer", void, ()) {
}

static unsigned seen;

static void sees(void *closure) {
    seen = (unsigned)(uintptr_t)closure;
}

#define SEES(n) EVENT_HANDLER_WITH(test_older, sees, (void *)(uintptr_t)(n))

static int install(const struct event *event, struct event_binding **binding) {
    const struct handler_request request = {.handler = SEES(0)};
    struct change c;
    change_open(&c, THIS_MODULE, NULL);
    change_install(&c, event, &request, binding);
    return change_commit(&c);
}

#define DELAY_MAX 100000 /* instructions, as nanoseconds: an exchange is shorter */
#define AROUND    64

static struct event_binding *bound[2];
static volatile bool stop, older;
static unsigned generation, beside;

static int exchange(void) {
    const struct event *event[] = {&event_test_older, &event_test_newer};
    struct handler_request request = {.handler = SEES(++generation)};
    struct change c;
    change_open(&c, THIS_MODULE, NULL);
    for (unsigned i = 0; i < 2; i++) {
        change_uninstall(&c, bound[i]);
        change_install(&c, event[i], &request, &bound[i]);
    }
    return change_commit(&c);
}

static int exchange_under_timer(unsigned delay) {
    timer_arm_ns(delay);
    sti();
    int error = exchange();
    cli();
    timer_stop();
    return error;
}

static void *raises(void *unused) {
    for (; !stop; strand_yield()) {
        seen = 0;
        test_older();
        unsigned first = seen;
        test_newer();
        older |= seen < first;
        beside++;
    }
    return unused;
}

static event_fn *was;
static bool is_new;

static void look(void) {
    is_new = *event_test_older.cell != was;
}

/* The instruction of an exchange behind which the first event has its new handlers. */
static unsigned find_publication(int *error) {
    unsigned low = 100, high = DELAY_MAX;
    preempt_fn *hook = preempt_init(look);
    while (low < high && !*error) {
        unsigned middle = (low + high) / 2;
        was = *event_test_older.cell;
        is_new = true; /* as where the timer comes after the end */
        *error = exchange_under_timer(middle);
        if (is_new)
            high = middle;
        else
            low = middle + 1;
    }
    preempt_init(hook);
    return low;
}

CHECK(lock_publication, "dispatch/preempted_where_two_events_change_no_later_raise_is_older") {
    if (!clock_is_exact()) {
        check_skip(c, "no clock counts instructions here");
        return;
    }
    module_add(THIS_MODULE);
    stop = older = false;
    generation = beside = 0;
    int error = install(&event_test_older, &bound[0]);
    if (!error)
        error = install(&event_test_newer, &bound[1]);
    CHECK_THAT(c, error == 0);
    unsigned at = find_publication(&error);
    struct kthread *raiser = kthread_fork(raises, NULL);
    unsigned preempted = 0;
    for (unsigned delay = at - AROUND; raiser && delay < at + AROUND && !error && !older; delay++) {
        unsigned before = beside;
        error = exchange_under_timer(delay);
        preempted += beside != before;
        strand_yield();
    }
    stop = true;
    void *result;
    bool joined = raiser && kthread_join(raiser, &result);
    restore_event(&event_test_older);
    restore_event(&event_test_newer);
    if (error || !joined || older || preempted < AROUND)
        check_fail(c, "from %u: error %d, joined %u, older %u, preempted %u times", at, error,
                   joined, older, preempted);
}
