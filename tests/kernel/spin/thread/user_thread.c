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

#define QUANTUM_NS 20000
#define ROUNDS     6

static struct running r;

/* Runs it, with short quanta, after a first time that fills the pools. */
static struct process_end run(struct check *c, enum threads_end how) {
    static struct process_end end;
    size_t frames = 0, heap = 0;
    for (unsigned i = 0; i < ROUNDS; i++) {
        plans_reclaim();
        frames = i == ROUNDS - 3 ? frame_unused() : frames;
        heap = i == ROUNDS - 3 ? heap_used() : heap;
        scheduler_quantum_ns = QUANTUM_NS;
        bool started = running_start(&r, ATTACK_THREADS, how, "");
        if (started)
            end = running_await(&r);
        scheduler_quantum_ns = SCHEDULER_QUANTUM_NS;
        if (!started)
            check_fail(c, "no memory");
    }
    plans_reclaim();
    if (frame_unused() != frames || heap_used() != heap || !event_is_intrinsic(&event_trap_fault))
        check_fail(c, "something is left: %ld frames, %ld bytes", frames - frame_unused(),
                   heap_used() - heap);
    return end;
}

CHECK(user_thread_process_exit, "user_thread/all_threads_end_with_their_process") {
    struct process_end end = run(c, THREADS_LOOP);
    CHECK_THAT(c, !end.killed && end.status == THREADS_STATUS);
    end = run(c, THREADS_WAIT);
    CHECK_THAT(c, !end.killed && end.status == THREADS_STATUS);
    end = run(c, THREADS_SUSPENDED);
    CHECK_THAT(c, !end.killed && end.status == THREADS_STATUS);
}

CHECK(user_thread_fault, "user_thread/a_fault_of_one_thread_ends_its_process") {
    static const enum threads_end how[] = {THREADS_FAULT, THREADS_FAULT_LAYERED};
    for (unsigned i = 0; i < 2; i++) {
        struct process_end end = run(c, how[i]);
        CHECK_THAT(c, end.killed && end.frame.vector == TRAP_PAGE && end.address == 0);
    }
}

CHECK(user_thread_destroyed,
      "user_thread/one_destroyed_in_a_system_call_unwinds_and_faults_nobody") {
    struct process_end end = run(c, THREADS_DESTROY);
    CHECK_THAT(c, !end.killed && end.status == THREADS_STATUS);
}
