/* SPDX-License-Identifier: MIT */
/* user_thread.c -- what a process's threads leave behind when it ends, in whatever they are just
 * then. */
#include "../program/attacks.h"
#include "../running.h"

#include "machine/memory/frame.h"
#include "machine/memory/heap.h"
#include "measure/bench.h"
#include "spin/core/dispatch/plan/retired.h"
#include "spin/core/space/trap_fault.h"
#include "spin/core/space/trap_syscall.h"
#include "spin/services/loader/loader.h"

#define QUANTUM_NS 20000
#define ROUNDS     6

static struct running r;

/* Runs it, with short quanta, after a first time that fills the pools. */
static struct process_end run(struct check *c, enum attack what, uint64_t how) {
    static struct process_end end;
    size_t frames = 0, heap = 0;
    for (unsigned i = 0; i < ROUNDS; i++) {
        plans_reclaim();
        (void)loader_reap();
        frames = i == ROUNDS - 3 ? frame_unused() : frames;
        heap = i == ROUNDS - 3 ? heap_used() : heap;
        scheduler_quantum_ns = QUANTUM_NS;
        bool started = running_start(&r, what, how, "");
        if (started)
            end = running_await(&r);
        scheduler_quantum_ns = SCHEDULER_QUANTUM_NS;
        if (!started)
            check_fail(c, "no memory");
    }
    plans_reclaim();
    (void)loader_reap();
    if (frame_unused() != frames || heap_used() != heap || !event_is_intrinsic(&event_trap_fault))
        check_fail(c, "something is left: %ld frames, %ld bytes", frames - frame_unused(),
                   heap_used() - heap);
    return end;
}

CHECK(user_thread_process_exit, "user_thread/all_threads_end_with_their_process") {
    static const enum threads_end how[] = {THREADS_LOOP, THREADS_WAIT, THREADS_JOIN,
                                           THREADS_SUSPENDED};
    for (unsigned i = 0; i < sizeof how / sizeof how[0]; i++) {
        struct process_end end = run(c, ATTACK_THREADS, how[i]);
        CHECK_THAT(c, !end.killed && end.status == THREADS_STATUS);
    }
}

CHECK(user_thread_fault, "user_thread/a_fault_of_one_thread_ends_its_process") {
    static const enum threads_end how[] = {THREADS_FAULT, THREADS_FAULT_LAYERED};
    for (unsigned i = 0; i < 2; i++) {
        struct process_end end = run(c, ATTACK_THREADS, how[i]);
        CHECK_THAT(c, end.killed && end.frame.vector == TRAP_PAGE && end.address == 0);
    }
}

CHECK(user_thread_destroyed,
      "user_thread/one_destroyed_in_a_system_call_unwinds_and_faults_nobody") {
    struct process_end end = run(c, ATTACK_THREADS, THREADS_DESTROY);
    CHECK_THAT(c, !end.killed && end.status == THREADS_STATUS);
}

CHECK(user_thread_first, "user_thread/number_0_is_the_first_whoever_asks_for_a_second_package") {
    struct process_end end = run(c, ATTACK_THREADS, THREADS_ASK);
    CHECK_THAT(c, !end.killed && end.status == THREADS_STATUS);
}

/* --- Several processes with threads --- */

static struct running beside;

/* Runs both at once; how the first one has ended. */
static struct process_end run_beside(struct check *c, enum threads_end how,
                                     enum threads_end other) {
    static struct process_end end;
    scheduler_quantum_ns = QUANTUM_NS;
    bool started = running_start(&r, ATTACK_THREADS, how, "") &&
                   running_start(&beside, ATTACK_THREADS, other, "");
    if (started) {
        end = running_await(&r);
        started = running_exited(&beside, THREADS_STATUS);
    }
    scheduler_quantum_ns = SCHEDULER_QUANTUM_NS;
    if (!started)
        check_fail(c, "no memory, or %u beside %u ended otherwise", other, how);
    return end;
}

CHECK(user_thread_beside, "user_thread/two_processes_have_threads_at_once_and_each_its_own") {
    static const enum threads_end how[] = {THREADS_LOOP,      THREADS_WAIT,    THREADS_JOIN,
                                           THREADS_SUSPENDED, THREADS_DESTROY, THREADS_ASK};
    const unsigned n = sizeof how / sizeof how[0];
    for (unsigned i = 0; i < n * n; i++) {
        struct process_end end = run_beside(c, how[i / n], how[i % n]);
        CHECK_THAT(c, !end.killed && end.status == THREADS_STATUS);
    }
    for (unsigned i = 0; i < n; i++)
        CHECK_THAT(c, run_beside(c, THREADS_FAULT, how[i]).killed);
    CHECK_THAT(c, event_is_intrinsic(&event_trap_fault));
}

/* Its first thread waits in the kernel, for a semaphore of its package or suspended. */
CHECK(user_thread_terminated,
      "user_thread/a_process_with_threads_is_terminated_wherever_its_first_waits") {
    for (enum threads_end how = THREADS_STUCK; how <= THREADS_STUCK_LAYERED; how++) {
        scheduler_quantum_ns = QUANTUM_NS;
        CHECK_THAT(c, running_start(&r, ATTACK_THREADS, how, ""));
        for (unsigned i = 0; i < 100; i++)
            strand_yield();
        bool waits = r.thread->strand.sched.state != SCHED_RUNNING &&
                     r.thread->strand.sched.state != SCHED_READY;
        running_terminate(&r);
        bool terminated = running_was_terminated(&r);
        scheduler_quantum_ns = SCHEDULER_QUANTUM_NS;
        CHECK_THAT(c, waits && terminated);
    }
}

/* There are so many page frames and no more; gives how many its process had from the start. It may
 * wait for threads that it could not make. */
static size_t run_with(enum threads_end how, size_t frames) {
    scheduler_quantum_ns = QUANTUM_NS;
    frame_withhold(frames);
    size_t before = frame_unused();
    bool started = running_start(&r, ATTACK_THREADS, how, "");
    size_t had = before - frame_unused();
    for (unsigned i = 0; started && i < 100; i++)
        strand_yield();
    if (started) {
        running_terminate(&r);
        (void)running_await(&r);
    }
    frame_withhold_end();
    scheduler_quantum_ns = SCHEDULER_QUANTUM_NS;
    return had;
}

CHECK(user_thread_no_memory, "user_thread/memory_that_ends_anywhere_is_nobodys_harm") {
    static const enum threads_end how[] = {THREADS_WAIT, THREADS_DESTROY, THREADS_FAULT_LAYERED};
    for (unsigned i = 0; i < sizeof how / sizeof how[0]; i++) {
        size_t least = run_with(how[i], frame_unused() - 1);
        for (size_t more = 0; more < 30; more++)
            run_with(how[i], least + more);
        (void)run(c, ATTACK_THREADS, how[i]);
    }
}

/* Some end by a fault of a thread that was made without registers. */
CHECK(user_thread_random, "user_thread/random_operations_harm_nobody_and_leave_nothing") {
    unsigned exited = 0, killed = 0;
    for (uint64_t seed = 1; seed <= 4 && !c->failed; seed++) {
        struct process_end end = run(c, ATTACK_RANDOM_THREADS, seed);
        killed += end.killed;
        exited += !end.killed && end.status == THREADS_STATUS;
    }
    if (killed + exited != 4 || !killed || !exited)
        check_fail(c, "%u exited, %u were killed", exited, killed);
}
