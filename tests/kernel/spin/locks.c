/* SPDX-License-Identifier: MIT */
/* locks.c -- one strand at a time changes what is loaded and named, as it is with what is bound
 * (dispatch/dispatch_lock.c): all these operations wait for each other, and what two begin at once
 * has begun once. */
#include "../exact.h"
#include "loading.h"

#include "machine/cpu/x86.h"
#include "machine/device/timer.h"
#include "spin/core/dispatch_kernel.h"
#include "spin/core/space/process.h"
#include "spin/core/space/trap_fault.h"
#include "spin/services/events/introspect.h"
#include "spin/services/events/linear.h"
#include "spin/services/loader/nanny.h"
#include "spin/services/mach/tasks.h"
#include "spin/services/names/plain.h"
#include "spin/services/thread/kthread.h"
#include "spin/services/thread/user_thread.h"

MODULE("TestLocks");

EVENT_DECLARE(test_like, void, ());
EVENT(test_like, "Test.Like", void, ()) {
}

/* --- Whoever comes while another one changes something waits --- */

static struct plain *directory;
static struct linear_event *made;
static const struct name_authorizer nobody;

static int attach(const char *name) {
    return plain_attach(directory, THIS_MODULE, name, &(struct named){0}, "/", &nobody);
}

static void attaches(void) {
    (void)attach("a");
}
static void renames(void) {
    (void)plain_rename(directory, THIS_MODULE, "a", directory, "b");
}
static void detaches(void) {
    (void)plain_detach(directory, THIS_MODULE, "b", false);
}
static void withdraws(void) {
    plain_withdraw_all(THIS_MODULE);
}
static void releases(void) {
    named_release(&(struct named){&name_directory, &directory->directory});
}
static void makes_event(void) {
    (void)!linear_create(&made, &event_test_like, THIS_MODULE, "Test.Made");
}
static void reaps(void) {
    loader_reap();
}
static void ends_client(void) {
    loader_client_ends(THIS_MODULE);
}

static void (*operation)(void);
static volatile bool done;

static void *does(void *unused) {
    operation();
    done = true;
    return unused;
}

static bool waits(void (*fn)(void)) {
    void *unused;
    operation = fn;
    done = false;
    kernel_dispatcher.lock();
    struct kthread *t = kthread_fork(does, NULL);
    for (unsigned i = 0; i < 4; i++)
        strand_yield();
    const bool waited = !done;
    kernel_dispatcher.unlock();
    return t && kthread_join(t, &unused) && waited && done;
}

CHECK(locks_names, "names/who_changes_a_directory_waits_for_who_does_so_already") {
    module_add(THIS_MODULE);
    directory = plain_create(THIS_MODULE, &nobody);
    CHECK_THAT(c, directory && waits(attaches) && directory->count == 1);
    CHECK_THAT(c, waits(renames) && waits(detaches) && directory->count == 0);
    CHECK_THAT(c, waits(withdraws));
    CHECK_THAT(c, waits(releases));
    module_remove(THIS_MODULE);
}

CHECK(locks_loader, "loader/who_looks_through_what_is_loaded_waits_for_who_loads") {
    module_add(THIS_MODULE);
    CHECK_THAT(c, waits(reaps));
    CHECK_THAT(c, waits(ends_client));
    CHECK_THAT(c, waits(makes_event) && linear_at(0) == &made->event);
    linear_destroy(made);
    module_remove(THIS_MODULE);
}

/* --- What two begin at once --- */

static bool twice_at_once(void *(*fn)(void *arg), void *const arg[2]) {
    struct kthread *t[2];
    void *right;
    bool both = true;
    kernel_dispatcher.lock();
    for (unsigned i = 0; i < 2; i++)
        t[i] = kthread_fork(fn, arg[i]);
    for (unsigned i = 0; i < 4; i++)
        strand_yield();
    kernel_dispatcher.unlock();
    for (unsigned i = 0; i < 2; i++)
        both &= t[i] && kthread_join(t[i], &right) && right;
    return both;
}

static unsigned fault_handlers(void) {
    struct event_report r;
    event_report(&event_trap_fault, &r);
    return r.bindings;
}

static unsigned handlers;

static void *begins_threads(void *process) {
    static user_thread_operation_fn *const none[1];
    static const struct user_thread_call call = {
        .number = -2ul, .operation = none, .bytes = sizeof(struct user_thread_package)};
    struct user_thread_package *package;
    struct address_space *space = &((struct process *)process)->space;
    address_space_enter(space); /* as a call of its own does */
    int error = user_threads_begin(space, THIS_MODULE, &call, &package);
    for (unsigned i = 0; i < 8; i++) /* both have some then */
        strand_yield();
    handlers = fault_handlers();
    if (!error)
        user_threads_end(package);
    address_space_enter(NULL);
    return error ? NULL : process;
}

static void no_calls(struct trap_frame *f) {
    (void)f;
}

CHECK(locks_threads, "user_thread/two_processes_that_have_threads_at_once_have_one_handler") {
    static struct process process[2];
    const unsigned before = fault_handlers();
    CHECK_THAT(c, process_create(&process[0], "attacker", no_calls) == 0);
    CHECK_THAT(c, process_create(&process[1], "attacker", no_calls) == 0);
    const bool both = twice_at_once(begins_threads, (void *[]){&process[0], &process[1]});
    process_destroy(&process[0]);
    process_destroy(&process[1]);
    if (!both || handlers != before + 1 || fault_handlers() != before)
        check_fail(c, "both %u, %u handlers, then %u, then %u", both, before, handlers,
                   fault_handlers());
}

/* --- The timer anywhere between two steps that belong together --- */

static const char idle[] = "quiet";
static volatile bool stop, started_beside;
static volatile unsigned gone_beside, kept_beside;

/* Under who looks at it. */
static void *unloads(void *unused) {
    for (; !stop; strand_yield()) {
        kernel_dispatcher.lock();
        struct extension *e = loader_find(idle);
        gone_beside += e && loader_unload(e) == 0;
        kernel_dispatcher.unlock();
    }
    return unused;
}

/* Whenever it is there, it is there on demand, and goes. */
static void *sweeps(void *unused) {
    for (; !stop; strand_yield()) {
        kernel_dispatcher.lock();
        kept_beside += loader_find(idle) && nanny_sweep() + nanny_sweep() == 0;
        kernel_dispatcher.unlock();
    }
    return unused;
}

/* With the timer so many instructions after its beginning, when the other has its turn. */
static unsigned under_timer(struct check *c, uint64_t ns, void *(*other)(void *unused),
                            unsigned (*step)(void)) {
    void *unused;
    stop = false;
    struct kthread *t = kthread_fork(other, NULL);
    timer_arm_ns(ns);
    sti();
    unsigned result = step();
    cli();
    timer_stop();
    stop = true;
    if (!t || !kthread_join(t, &unused))
        check_fail(c, "there was no other strand");
    return result;
}

static unsigned loads(void) {
    return nanny_load(THIS_MODULE, idle) == 0;
}

enum { STEP = 7 };

CHECK(locks_sweep, "loader/what_the_nanny_finds_idle_is_not_taken_from_under_it") {
    if (!clock_is_exact()) {
        check_skip(c, "no clock counts instructions here");
        return;
    }
    gone_beside = 0;
    unsigned rounds = 0, swept = 0;
    for (unsigned ns = 1; ns < 1000 && swept + gone_beside == rounds; ns += STEP, rounds++) {
        CHECK_THAT(c, loads() && nanny_sweep() == 0);
        swept += under_timer(c, ns, unloads, nanny_sweep);
    }
    if (swept + gone_beside != rounds)
        check_fail(c, "of %u that came %u were swept, %u unloaded", rounds, swept, gone_beside);
}

CHECK(locks_nanny, "loader/what_the_nanny_has_brought_is_known_to_be_before_others_come_to_it") {
    if (!clock_is_exact()) {
        check_skip(c, "no clock counts instructions here");
        return;
    }
    uint64_t takes = 0;
    for (unsigned i = 0; i < 2; i++) { /* the second time it finds the heap's pages */
        const uint64_t from = rdtsc();
        CHECK_THAT(c, loads());
        takes = rdtsc() - from;
        CHECK_THAT(c, nanny_sweep() + nanny_sweep() == 1);
    }
    kept_beside = 0;
    for (uint64_t ns = takes - 250; ns < takes + 50 && !kept_beside; ns += STEP) {
        CHECK_THAT(c, under_timer(c, ns, sweeps, loads));
        (void)(nanny_sweep() + nanny_sweep());
    }
    CHECK_THAT(c, !kept_beside && !loader_find(idle));
}

static void *starts_beside(void *unused) {
    started_beside = vmspace_model_start(&mach_model) == 0;
    return unused;
}

static unsigned starts(void) {
    return vmspace_model_start(&mach_model) == 0;
}

static unsigned pagers(void) {
    unsigned n = 0;
    for (uint64_t serial = 0; loader_after(&serial);)
        n++;
    return n;
}

CHECK(locks_model, "vmspace/a_model_that_two_start_at_once_has_one_pager") {
    if (!clock_is_exact()) {
        check_skip(c, "no clock counts instructions here");
        return;
    }
    CHECK_THAT(c, vmspace_model_stop(&mach_model) == 0);
    const unsigned before = pagers();
    for (unsigned ns = 1; ns < 500; ns += STEP) {
        started_beside = false;
        CHECK_THAT(c, under_timer(c, ns, starts_beside, starts) && started_beside);
        CHECK_THAT(c, pagers() == before + 1);
        CHECK_THAT(c, vmspace_model_stop(&mach_model) == 0 && pagers() == before);
    }
}
