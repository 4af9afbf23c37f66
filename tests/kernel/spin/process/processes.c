/* SPDX-License-Identifier: MIT */
/* processes.c -- several processes at once, each on a strand of its own: none finds another's
 * memory, holds the others up, or takes one along when it ends. */
#include "../program/attacks.h"
#include "../running.h"

#include "measure/bench.h"
#include "machine/memory/frame.h"
#include "spin/abi.h"
#include "spin/services/thread/kthread_sync.h"
#include "spin/services/calls/user_calls.h"

#define QUANTUM_NS 20000

static struct running a, b;

CHECK(processes_share, "processes/two_share_the_processor_and_each_finds_its_own_memory") {
    scheduler_quantum_ns = QUANTUM_NS;
    CHECK_THAT(c, running_start(&a, ATTACK_OWN_WORD, 1, ""));
    CHECK_THAT(c, running_start(&b, ATTACK_OWN_WORD, 2, ""));
    bool firsts = running_exited(&a, 1), seconds = running_exited(&b, 2);
    scheduler_quantum_ns = SCHEDULER_QUANTUM_NS;
    CHECK_THAT(c, firsts && seconds && !address_space_current);
}

CHECK(processes_terminate, "processes/one_that_never_stops_is_terminated_and_the_others_go_on") {
    size_t before = frame_unused();
    CHECK_THAT(c, running_start(&a, ATTACK_LOOP, 0, ""));
    CHECK_THAT(c, running_start(&b, ATTACK_OWN_WORD, 2, ""));
    CHECK_THAT(c, running_exited(&b, 2) && a.process.thread);
    process_terminate(&a.process);
    CHECK_THAT(c, running_was_terminated(&a));
    CHECK_THAT(c, frame_unused() == before);
}

CHECK(processes_not_begun, "processes/one_that_is_terminated_before_it_begins_never_runs") {
    CHECK_THAT(c, running_start(&a, ATTACK_LOOP, 0, "") && !a.process.thread);
    process_terminate(&a.process);
    CHECK_THAT(c, running_was_terminated(&a));
}

CHECK(processes_fault, "processes/a_fault_of_one_ends_it_alone") {
    scheduler_quantum_ns = QUANTUM_NS;
    CHECK_THAT(c, running_start(&a, ATTACK_OWN_WORD, 1, ""));
    CHECK_THAT(c, running_start(&b, HOSTILE_null_write, 0, ""));
    struct process_end end = running_await(&b);
    bool first = running_exited(&a, 1);
    scheduler_quantum_ns = SCHEDULER_QUANTUM_NS;
    CHECK_THAT(c, first && end.killed && end.frame.vector == TRAP_PAGE);
}

/* --- System calls that wait --- */

static struct semaphore semaphore;
static bool waits;

static void waiting_handler(struct trap_frame *f) {
    if (f->rax == SPIN_CALL_exit)
        process_exit(f->rdi);
    waits = true;
    f->rax = semaphore_p(&semaphore) ? 7 : 8;
    waits = false;
}

static bool begin_waiting(void) {
    semaphore_init(&semaphore, 0);
    if (!running_start_with(&a, waiting_handler, ATTACK_CALL, 0, ""))
        return false;
    while (!waits)
        strand_yield();
    return true;
}

CHECK(processes_wait, "processes/who_waits_in_a_system_call_lets_the_others_run") {
    CHECK_THAT(c, begin_waiting());
    CHECK_THAT(c, running_start(&b, ATTACK_OWN_WORD, 2, "") && running_exited(&b, 2) && waits);
    semaphore_v(&semaphore);
    CHECK_THAT(c, running_exited(&a, 7));
}

CHECK(processes_wait_ends, "processes/one_that_is_terminated_while_it_waits_unwinds_and_goes") {
    CHECK_THAT(c, begin_waiting());
    process_terminate(&a.process);
    kthread_kill(a.thread);
    CHECK_THAT(c, running_was_terminated(&a) && !waits);
}
