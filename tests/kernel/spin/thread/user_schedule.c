/* SPDX-License-Identifier: MIT */
/* user_schedule.c -- processes that choose the scheduler of their threads, good ones and bad. */
#include "../../exact.h"
#include "../program/attacks.h"
#include "../program/scheduled.h"
#include "../running.h"

#include "lib/error.h"
#include "machine/cpu/x86.h"
#include "machine/memory/frame.h"
#include "machine/user/user.h"
#include "measure/bench.h"
#include "spin/core/dispatch/plan/retired.h"
#include "spin/core/dispatch_kernel.h"
#include "spin/services/loader/loader.h"

#define QUANTUM_NS 20000

static struct running r, other;

/* Quanta are short from here on, the one that is under way too. */
static void shorten_quanta(void) {
    scheduler_quantum_ns = QUANTUM_NS;
    scheduler_end_quantum();
    sti();
    for (volatile unsigned i = 0; i < 1000; i++)
        ;
    cli();
}

static bool start(struct running *process, enum scheduled how, const char *scheduler) {
    shorten_quanta();
    return running_start(process, ATTACK_SCHEDULED, how, scheduler);
}

static uint64_t status_of(struct running *process) {
    struct process_end end = running_await(process);
    scheduler_quantum_ns = SCHEDULER_QUANTUM_NS;
    return end.killed || end.terminated ? 0 : end.status;
}

static uint64_t run(enum scheduled how, const char *scheduler) {
    return start(&r, how, scheduler) ? status_of(&r) : 0;
}

CHECK(schedule_order, "user_schedule/a_process_chooses_the_scheduler_of_its_threads") {
    uint64_t none = run(SCHEDULED_ORDER, ""), fifo = run(SCHEDULED_ORDER, "fifo"),
             priority = run(SCHEDULED_ORDER, "priority"),
             layered = run(SCHEDULED_LAYERED, "priority"), gang = run(SCHEDULED_ORDER, "gang");
    if (none != 0x123 + SCHEDULED_IN_TURNS || fifo != 0x123 || priority != 0x321 ||
        layered != 0x321 || gang != 0x123 + SCHEDULED_IN_TURNS)
        check_fail(c, "%lx, fifo %lx, priority %lx and %lx, gang %lx", none, fifo, priority,
                   layered, gang);
}

CHECK(schedule_beside, "user_schedule/two_processes_have_different_schedulers_at_once") {
    CHECK_THAT(c, start(&r, SCHEDULED_ORDER, "fifo") && start(&other, SCHEDULED_ORDER, "priority"));
    uint64_t fifo = status_of(&r), priority = status_of(&other);
    if (fifo != 0x123 || priority != 0x321)
        check_fail(c, "fifo %lx, priority %lx", fifo, priority);
}

CHECK(schedule_suspended, "user_schedule/a_thread_that_is_suspended_stands_still_and_comes_back") {
    uint64_t right = run(SCHEDULED_SUSPEND, "priority");
    if (right != 1)
        check_fail(c, "%lu", right);
}

CHECK(schedule_calls, "user_schedule/calls_between_processes_pass_by_their_schedulers") {
    static struct running service;
    CHECK_THAT(c, start(&service, SCHEDULED_SERVE, "priority"));
    CHECK_THAT(c, start(&r, SCHEDULED_CALL, "priority") && start(&other, SCHEDULED_CALL, "gang"));
    uint64_t right = status_of(&r), also = status_of(&other);
    running_terminate(&service);
    CHECK_THAT(c, running_was_terminated(&service));
    if (right != SCHEDULED_CALLS || also != SCHEDULED_CALLS)
        check_fail(c, "%lu and %lu calls were right", right, also);
}

CHECK(schedule_refused, "user_schedule/what_is_no_scheduler_or_not_there_is_refused") {
    CHECK_THAT(c, run(SCHEDULED_ASK, "fifo") == 0);
    CHECK_THAT(c, run(SCHEDULED_TWICE, "fifo") == (uint64_t)-E_EXISTS);
    CHECK_THAT(c, run(SCHEDULED_ASK, "none") == (uint64_t)-E_NOT_FOUND);
    CHECK_THAT(c, run(SCHEDULED_ASK, "keys") == (uint64_t)-E_INVALID);
    CHECK_THAT(c, run(SCHEDULED_ASK, "slow") == (uint64_t)-E_PERM); /* its bound */
    CHECK_THAT(c, run(SCHEDULED_ASK, "a name that is longer than any can be") ==
                      (uint64_t)-E_TOO_LONG);
    CHECK_THAT(c, loader_reap() == 0 && extension_count == 0);
}

CHECK(schedule_at_once, "user_schedule/two_threads_that_choose_at_once_choose_once") {
    for (unsigned yields = 0; yields < 20; yields++) {
        CHECK_THAT(c, start(&r, SCHEDULED_AT_ONCE, "fifo"));
        for (unsigned i = 0; i < yields; i++)
            strand_yield();
        kernel_dispatcher.lock();
        for (unsigned i = 0; i < 40; i++)
            strand_yield(); /* both want to, from some number of turns on */
        kernel_dispatcher.unlock();
        CHECK_THAT(c, status_of(&r) == (uint64_t)-E_EXISTS);
    }
    CHECK_THAT(c, loader_reap() == 0 && extension_count == 0);
}

/* What the process has counted until now. */
static uint64_t counted(struct running *process, vaddr_t where) {
    uint64_t n = 0;
    address_space_enter(&process->process.space);
    int error = copy_from_user(&n, where, sizeof n);
    address_space_enter(NULL);
    return error ? 0 : n;
}

static void check_share(struct check *c, const char *scheduler, vaddr_t where) {
    CHECK_THAT(c, start(&r, SCHEDULED_COUNT, scheduler) && start(&other, SCHEDULED_ALONE, ""));
    for (unsigned i = 0; i < 20; i++) /* all are there */
        strand_yield();
    uint64_t ten = counted(&r, where), one = counted(&other, where);
    for (unsigned i = 0; i < 200; i++)
        strand_yield();
    ten = counted(&r, where) - ten;
    one = counted(&other, where) - one;
    running_terminate(&r);
    running_terminate(&other);
    CHECK_THAT(c, running_was_terminated(&r) && running_was_terminated(&other));
    scheduler_quantum_ns = SCHEDULER_QUANTUM_NS;
    if (ten > one + one / 5 || ten < one / 2)
        check_fail(c, "%s: ten threads counted to %lu, a process of one to %lu", scheduler, ten,
                   one);
}

CHECK(schedule_share, "user_schedule/ten_threads_of_a_process_have_the_share_of_one_strand") {
    static const char *const schedulers[] = {"fifo", "priority", "gang", "misrules"};
    if (!clock_is_exact()) {
        check_skip(c, "no clock counts instructions here");
        return;
    }
    vaddr_t where = run(SCHEDULED_WHERE, "");
    for (unsigned i = 0; i < sizeof schedulers / sizeof schedulers[0]; i++)
        check_share(c, schedulers[i], where);
}

CHECK(schedule_misruled, "user_schedule/a_scheduler_that_answers_badly_harms_nobody_else") {
    CHECK_THAT(c, start(&r, SCHEDULED_ORDER, "misrules") &&
                      start(&other, SCHEDULED_ORDER, "priority"));
    uint64_t misruled = status_of(&r), priority = status_of(&other);
    CHECK_THAT(c, misruled == 0x123 + SCHEDULED_IN_TURNS && priority == 0x321);
}

CHECK(schedule_unloaded, "user_schedule/threads_whose_scheduler_is_unloaded_take_turns") {
    CHECK_THAT(c, start(&r, SCHEDULED_ORDER, "fifo"));
    while (!extension_count)
        strand_yield();
    loader_client_ends(&r.process.space);
    CHECK_THAT(c, status_of(&r) == 0x123 + SCHEDULED_IN_TURNS);
}

/* Its scheduler would rather have another thread run than the one that is to end. */
CHECK(schedule_terminated, "user_schedule/no_scheduler_keeps_its_process_from_being_terminated") {
    for (unsigned yields = 0; yields < 40; yields++) {
        CHECK_THAT(c, start(&r, SCHEDULED_COUNT, yields % 2 ? "fifo" : "priority"));
        for (unsigned i = 0; i < yields; i++)
            strand_yield();
        if (yields % 4 < 2)
            running_terminate(&r);
        else
            process_terminate(&r.process); /* it does not wait for anything but its turn */
        CHECK_THAT(c, running_was_terminated(&r));
    }
    scheduler_quantum_ns = SCHEDULER_QUANTUM_NS;
    CHECK_THAT(c, event_is_intrinsic(&event_strand_unblock));
}

/* With so many frames. Had it all that it wants? */
static bool is_scheduled_with(size_t frames) {
    shorten_quanta();
    frame_withhold(frames);
    bool started = running_start(&r, ATTACK_SCHEDULED, SCHEDULED_COUNT, "gang");
    for (unsigned i = 0; started && i < 40; i++)
        strand_yield();
    if (started) {
        running_terminate(&r);
        (void)running_await(&r);
    }
    frame_withhold_end();
    scheduler_quantum_ns = SCHEDULER_QUANTUM_NS;
    plans_reclaim();
    return started && r.end.terminated;
}

/* What the heap has cut for itself it cuts once; what is lost is lost in each round. */
CHECK(schedule_no_memory, "user_schedule/memory_that_ends_anywhere_is_nobodys_harm") {
    enum { FRAMES = 200, ROUNDS = 4 };
    size_t lost = 1;
    for (unsigned round = 0; lost && round < ROUNDS; round++) {
        const size_t left = frame_unused();
        unsigned scheduled = 0;
        for (size_t frames = 0; frames < FRAMES; frames++) {
            scheduled += is_scheduled_with(frames);
            CHECK_THAT(c, loader_reap() == 0);
        }
        CHECK_THAT(c, scheduled > 0 && scheduled < FRAMES);
        lost = left - frame_unused();
    }
    if (lost)
        check_fail(c, "%lu frames are lost", lost);
}
