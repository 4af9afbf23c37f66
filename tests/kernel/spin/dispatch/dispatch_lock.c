/* SPDX-License-Identifier: MIT */
/* dispatch_lock.c -- one strand at a time changes what is bound, and others have the processor
 * meanwhile: what its authorizers may do, who waits for it, and what nobody sees. */
#include "../replace.h"

#include "lib/error.h"
#include "machine/cpu/x86.h"
#include "machine/device/timer.h"
#include "machine/thread/preempt.h"
#include "measure/bench.h"
#include "spin/core/dispatch/authority.h"
#include "spin/core/dispatch/plan/plan.h"
#include "spin/core/dispatch_kernel.h"
#include "spin/services/events/introspect.h"
#include "spin/services/events/linear.h"
#include "spin/services/handlers.h"
#include "spin/services/console.h"
#include "spin/services/shell/shell.h"
#include "spin/services/strand_time.h"
#include "spin/services/thread/kthread.h"
#include "spin/services/thread/strand_group.h"

MODULE("TestLock");

EVENT_DECLARE(test_first, void, ());
EVENT(test_first, "Test.First", void, ()) {
}

EVENT_DECLARE(test_second, void, ());
EVENT(test_second, "Test.Second", void, ()) {
}

static struct module guest = {.name = "LockGuest"};

static unsigned seen;

static void sees(void *closure) {
    seen = (unsigned)(uintptr_t)closure;
}

#define SEES(event, n) EVENT_HANDLER_WITH(event, sees, (void *)(uintptr_t)(n))

static int install(struct module *by, const struct event *event, unsigned n) {
    const struct handler_request request = {.handler = SEES(test_first, n)};
    struct change c;
    change_open(&c, by, NULL);
    change_install(&c, event, &request, NULL);
    return change_commit(&c);
}

static void begin(authorizer_fn *allows) {
    const struct authorizer authorizer = {.allows = allows};
    module_add(THIS_MODULE);
    module_add(&guest);
    authorizer_of_event(THIS_MODULE, &event_test_first, &authorizer);
}

static void end(void) {
    change_withdraw_all(&guest);
    restore_event(&event_test_first);
    restore_event(&event_test_second);
    module_remove(&guest);
}

/* --- Authorizers --- */

static volatile bool changed_beside;
static bool waited;
static int refused;

static void *changes_beside(void *unused) {
    changed_beside = install(THIS_MODULE, &event_test_first, 2) == 0;
    return unused;
}

/* Raises the event of the change and another one, gives the processor away, tries to change. */
static bool does_much(void *closure, struct change_request *request) {
    (void)closure;
    (void)request;
    test_first();
    test_second();
    for (unsigned i = 0; i < 3; i++)
        strand_yield();
    waited = !changed_beside;
    refused = install(THIS_MODULE, &event_test_second, 3);
    return true;
}

CHECK(lock_authorizer,
      "dispatch/an_authorizer_may_raise_and_wait_and_is_refused_a_change_of_its_own") {
    begin(does_much);
    changed_beside = false;
    int error = install(THIS_MODULE, &event_test_second, 1);
    struct kthread *other = kthread_fork(changes_beside, NULL);
    if (!error)
        error = install(&guest, &event_test_first, 1);
    seen = 0;
    test_second(); /* as it was before the one that was refused */
    void *result;
    bool joined = other && kthread_join(other, &result), kept = seen == 1;
    end();
    CHECK_THAT(c, error == 0 && joined && changed_beside);
    CHECK_THAT(c, waited && refused == -E_BUSY && kept);
}

/* --- Strands that end, or stand still --- */

#define TIME 2000000 /* ticks */

static bool takes_long(void *closure, struct change_request *request) {
    (void)closure;
    (void)request;
    while (account_allows(&guest.account, RESOURCE_TIME, 0))
        strand_time_charge();
    for (uint64_t from = rdtsc(); rdtsc() - from < 2 * TIME;)
        ;
    return true;
}

static volatile bool changed;

static void changes_and_loops(void *unused) {
    (void)unused;
    changed = install(&guest, &event_test_first, 1) == 0;
    for (;;)
        ;
}

CHECK(lock_time, "dispatch/who_changes_is_cut_when_the_change_is_over_and_not_before") {
    struct strand s;
    if (!timer_hz()) {
        check_skip(c, "no clock");
        return;
    }
    begin(takes_long);
    guest.account.quota[RESOURCE_TIME] = TIME;
    changed = false;
    scheduler_quantum_ns = TIME / 10;
    CHECK_THAT(c, strand_time_begin() == 0);
    CHECK_THAT(c, strand_create(&s, &guest, PRIORITY_USUAL + 1, changes_and_loops, NULL) == 0);
    strand_unblock(&s);
    sti();
    for (uint64_t from = rdtsc(); s.sched.state != SCHED_ENDED && rdtsc() - from < 100 * TIME;)
        __asm__ volatile("" : : : "memory");
    cli();
    scheduler_quantum_ns = SCHEDULER_QUANTUM_NS;
    CHECK_THAT(c, s.sched.state == SCHED_ENDED && changed && !changer);
    CHECK_THAT(c, strand_time_end() == 0);
    end();
}

static struct kthread *waits;

/* The one that waits for this change is suspended there. */
static bool suspends(void *closure, struct change_request *request) {
    (void)closure;
    (void)request;
    strand_yield();
    strand_suspend(&waits->strand);
    return true;
}

CHECK(lock_suspended, "dispatch/who_is_suspended_while_it_waits_to_change_holds_nobody_up") {
    begin(suspends);
    changed_beside = false;
    waits = kthread_fork(changes_beside, NULL);
    CHECK_THAT(c, waits);
    int error = install(&guest, &event_test_first, 1);
    strand_yield();
    bool stood = !changed_beside && !changer;
    if (!error)
        error = install(THIS_MODULE, &event_test_second, 1);
    strand_continue(&waits->strand);
    void *result;
    bool joined = kthread_join(waits, &result);
    end();
    CHECK_THAT(c, error == 0 && stood && joined && changed_beside);
}

/* The one that changes is suspended there, twice. */
static bool is_suspended(void *closure, struct change_request *request) {
    (void)closure;
    (void)request;
    strand_yield();
    return true;
}

static void *changes_as_guest(void *unused) {
    changed = install(&guest, &event_test_first, 1) == 0;
    changed_beside = true;
    return unused;
}

CHECK(lock_holder, "dispatch/who_is_suspended_while_it_changes_stands_still_when_it_has_changed") {
    begin(is_suspended);
    changed = changed_beside = false;
    struct kthread *t = kthread_fork(changes_as_guest, NULL);
    strand_yield();
    CHECK_THAT(c, t && changer == t->strand.thread);
    strand_suspend(&t->strand);
    strand_suspend(&t->strand);
    int error = install(THIS_MODULE, &event_test_second, 1); /* it waits for that one alone */
    strand_continue(&t->strand);
    strand_yield();
    bool stood = t->strand.sched.state == SCHED_SUSPENDED && !changed_beside;
    strand_continue(&t->strand);
    void *result;
    bool joined = kthread_join(t, &result);
    end();
    CHECK_THAT(c, error == 0 && stood && joined && changed && changed_beside);
}

/* --- What two do at once for the first, or for the last, time --- */

static void *counts_time(void *begins) {
    int error = begins ? strand_time_begin() : strand_time_end();
    return (void *)(uintptr_t)(error == 0);
}

static void handles_first(void) {
}

static void *handles_once(void *by) {
    return (void *)(uintptr_t)(handle_once(by, &event_test_first,
                                           (struct procedure)EVENT_HANDLER(test_first,
                                                                           handles_first)) == 0);
}

static void *has_group(void *ends) {
    static struct strand_group group[2];
    static unsigned n;
    struct strand_group *g = &group[n++ % 2];
    if (ends)
        group_destroy(g);
    return (void *)(uintptr_t)(ends || group_create(g, NULL) == 0);
}

/* Both wait at first. */
static bool twice_at_once(void *(*fn)(void *arg), void *arg) {
    struct kthread *t[2];
    void *right;
    bool both = true;
    kernel_dispatcher.lock();
    for (unsigned i = 0; i < 2; i++)
        t[i] = kthread_fork(fn, arg);
    for (unsigned i = 0; i < 4; i++)
        strand_yield();
    kernel_dispatcher.unlock();
    for (unsigned i = 0; i < 2; i++)
        both &= t[i] && kthread_join(t[i], &right) && right;
    return both;
}

static unsigned bindings_of(const struct event *event) {
    struct event_report r;
    event_report(event, &r);
    return r.bindings;
}

CHECK(lock_first, "dispatch/what_two_begin_at_once_has_begun_once") {
    static struct module new = {.name = "LockNew"};
    begin(is_suspended);
    const unsigned before = bindings_of(&event_strand_resume);
    bool began = twice_at_once(counts_time, "begin");
    unsigned begun = bindings_of(&event_strand_resume);
    bool ended = twice_at_once(counts_time, NULL);
    unsigned after = bindings_of(&event_strand_resume);
    bool handled = twice_at_once(handles_once, &new);
    unsigned handlers = bindings_of(&event_test_first);
    change_withdraw_all(&new);
    module_remove(&new);
    end();
    if (!began || !ended || !handled || begun != before + 1 || after != before || handlers != 2)
        check_fail(c, "%u, %u, %u: %u handlers, with its time %u, then %u; %u once", began, ended,
                   handled, before, begun, after, handlers);
}

CHECK(lock_groups, "dispatch/two_groups_that_come_or_go_at_once_have_one_set_of_handlers") {
    bool came = twice_at_once(has_group, NULL) && bindings_of(&event_strand_block) == 2;
    bool went = twice_at_once(has_group, "end") && event_is_intrinsic(&event_strand_block);
    void *unused;
    (void)has_group(NULL);
    kernel_dispatcher.lock(); /* the last goes, and the next comes */
    struct kthread *next = kthread_fork(has_group, NULL);
    strand_yield();
    struct kthread *last = kthread_fork(has_group, "end");
    strand_yield();
    kernel_dispatcher.unlock();
    bool both = last && next && kthread_join(last, &unused) && kthread_join(next, &unused);
    bool handled = bindings_of(&event_strand_block) == 2;
    (void)has_group("end");
    CHECK_THAT(c, came && went && both && handled && event_is_intrinsic(&event_strand_block));
}

static bool changed_within;

static void lets_others_run(const char *text, size_t length) {
    (void)text, (void)length;
    for (unsigned i = 0; i < 3; i++)
        strand_yield();
    changed_within |= changed_beside;
}

CHECK(lock_shell, "dispatch/nothing_changes_while_a_command_of_the_shell_looks_at_it") {
    static const char command[] = "bindings Test.First";
    begin(NULL);
    changed_beside = changed_within = false;
    CHECK_THAT(c, install(THIS_MODULE, &event_test_first, 1) == 0);
    CHECK_THAT(c, REPLACE(console_write, lets_others_run) == 0);
    struct kthread *other = kthread_fork(changes_beside, NULL);
    void *result;
    bool said = shell_command(command, sizeof command - 1);
    bool joined = other && kthread_join(other, &result);
    restore_event(&event_console_write);
    end();
    CHECK_THAT(c, said && joined && changed_beside && !changed_within);
}

static void *destroys(void *linear) {
    linear_destroy(linear);
    return NULL;
}

CHECK(lock_linear, "dispatch/an_event_that_a_changer_looks_at_is_not_destroyed") {
    struct linear_event *made;
    void *result;
    module_add(THIS_MODULE);
    CHECK_THAT(c, linear_create(&made, &event_test_first, THIS_MODULE, "Test.Made") == 0);
    kernel_dispatcher.lock();
    struct kthread *t = kthread_fork(destroys, made);
    strand_yield();
    bool there = linear_at(0) == &made->event;
    kernel_dispatcher.unlock();
    CHECK_THAT(c, t && kthread_join(t, &result) && there && !linear_at(0));
}
