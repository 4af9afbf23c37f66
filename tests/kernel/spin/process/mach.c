/* SPDX-License-Identifier: MIT */
/* mach.c -- tasks of the Mach-like model: machbasic and spacebasic (S-OS7), hostile tasks, and this
 * model and Unix's at once. */
#include "../program/mach_attacks.h"
#include "../program/unix_attacks.h"
#include "../replace.h"

#include "lib/error.h"
#include "machine/memory/frame.h"
#include "machine/memory/heap.h"
#include "measure/bench.h"
#include "spin/core/dispatch/plan/retired.h"
#include "spin/core/space/process.h"
#include "spin/core/space/trap_fault.h"
#include "spin/services/mach/tasks.h"
#include "spin/services/unix/processes.h"
#include "spin/services/loader/loader.h"
#include "spin/services/mach/mach_calls.h"
#include "spin/services/thread/kthread.h"
#include "spin/services/unix/calls.h"

/* Its record says that a test wanted the fault. */
static void expected(struct trap_frame *f, uint64_t address) {
    process_current()->fault_expected = true;
    process_kill(f, address);
}

static bool run(uint64_t what, struct process_end *end) {
    return mach_run("attacker", what, "", end) == 0;
}

static uint64_t status; /* where the program found something wrong */

static bool ends_with(enum mach_attack what, uint64_t wanted, uint64_t quantum_ns) {
    struct process_end end = {0};
    bool right = REPLACE(trap_fault, expected) == 0;
    scheduler_quantum_ns = quantum_ns;
    right = right && run(what, &end);
    scheduler_quantum_ns = SCHEDULER_QUANTUM_NS;
    restore_event(&event_trap_fault);
    status = end.status;
    return vmspace_model_stop(&mach_model) == 0 && right && !end.killed && !end.terminated &&
           end.status == wanted;
}

static size_t frames_left(void) {
    plans_reclaim();
    (void)loader_reap();
    return frame_unused();
}

/* Right, and again without a page frame or a byte of the heap less, once the heap has its pages. */
static void check_right(struct check *c, enum mach_attack what, uint64_t wanted,
                        uint64_t quantum_ns) {
    size_t frames = 0, heap = 0;
    for (unsigned i = 0; i < 3; i++) {
        if (!ends_with(what, wanted, quantum_ns))
            check_fail(c, "a program of tests/kernel/spin/program, line %lu - 10000", status);
        size_t left = frames_left();
        if (i == 2 && (left != frames || heap_used() != heap))
            check_fail(c, "%lu page frames of %lu are left", left, frames);
        frames = left;
        heap = heap_used();
    }
}

#define QUANTUM_NS 100000 /* whoever never stops does not for long */
#define FAST_NS    3000

#define RIGHT(id, name, what, quantum_ns)                                                          \
    CHECK(id, name) {                                                                              \
        check_right(c, what, MACH_RIGHT, quantum_ns);                                              \
    }

RIGHT(mach_basic, "mach/memory_is_allocated_filled_protected_and_deallocated", MACH_BASIC,
      QUANTUM_NS)
RIGHT(mach_faults, "mach/what_is_protected_or_gone_faults_for_its_task_alone", MACH_FAULTS,
      QUANTUM_NS)
RIGHT(mach_inherit, "mach/a_child_shares_copies_or_lacks_what_it_inherits", MACH_INHERIT,
      QUANTUM_NS)
RIGHT(mach_copy, "mach/copies_within_and_between_tasks_are_copies_and_leave_no_chain", MACH_COPY,
      QUANTUM_NS)
RIGHT(mach_map, "mach/a_mapped_memory_object_is_shared_or_copied", MACH_MAP, QUANTUM_NS)
RIGHT(mach_names, "mach/a_task_comes_by_any_integer_to_its_own_names_alone", MACH_NAMES, QUANTUM_NS)
RIGHT(mach_hostile, "mach/no_argument_changes_what_is_not_the_callers", MACH_HOSTILE, QUANTUM_NS)
RIGHT(mach_race, "mach/what_is_deallocated_under_a_task_that_touches_it_is_gone", MACH_RACE,
      FAST_NS)
RIGHT(mach_model, "mach/random_operations_are_what_the_model_says", MACH_MODEL, QUANTUM_NS)
RIGHT(mach_hoard, "mach/who_hoards_memory_has_its_models_quota_and_copies_are_free", MACH_HOARD,
      QUANTUM_NS)
RIGHT(mach_tasks, "mach/tasks_without_end_are_refused_and_ended", MACH_TASKS, QUANTUM_NS)
RIGHT(mach_random, "mach/random_system_calls_harm_nobody", MACH_RANDOM, QUANTUM_NS)
RIGHT(mach_preempted, "mach/tasks_that_share_and_copy_under_a_fast_timer_stay_right", MACH_INHERIT,
      FAST_NS)
RIGHT(mach_foreign, "mach/a_task_has_no_call_of_a_unix_process", MACH_FOREIGN, QUANTUM_NS)

CHECK(mach_terminate, "mach/a_task_that_is_terminated_anywhere_gives_all_back") {
    check_right(c, MACH_TERMINATE, 0, QUANTUM_NS);
    check_right(c, MACH_TERMINATE, 0, FAST_NS);
}

/* --- Both models --- */

static bool unix_right;

static void *run_unix(void *rounds) {
    struct process_end end;
    for (unsigned long i = 0; i < (unsigned long)rounds; i++)
        unix_right = unix_right &&
                     unix_run("attacker", i & 1 ? UNIX_FOREIGN : UNIX_FORK, "", &end) == 0 &&
                     !end.killed && end.status == UNIX_RIGHT;
    return NULL;
}

static bool run_both(unsigned long rounds) {
    struct process_end end;
    void *unused;
    unix_right = true; /* the pagers are loaded at once, too */
    scheduler_quantum_ns = FAST_NS;
    struct kthread *other = kthread_fork(run_unix, (void *)rounds);
    bool right = other;
    for (unsigned long i = 0; right && i < rounds; i++)
        right =
            run(i & 1 ? MACH_COPY : MACH_INHERIT, &end) && !end.killed && end.status == MACH_RIGHT;
    right = other && kthread_join(other, &unused) && right;
    scheduler_quantum_ns = SCHEDULER_QUANTUM_NS;
    return vmspace_model_stop(&mach_model) == 0 && vmspace_model_stop(&unix_model) == 0 && right &&
           unix_right;
}

CHECK(mach_and_unix, "mach/both_models_run_at_once_and_neither_hears_of_the_other") {
    size_t before = 0, left = 1;
    bool right = REPLACE(trap_fault, expected) == 0;
    for (unsigned i = 0; right && left != before && i < 8; i++) { /* until the heap has its pages */
        before = left;
        right = run_both(4);
        left = frames_left();
    }
    restore_event(&event_trap_fault);
    CHECK_THAT(c, right);
    if (left != before)
        check_fail(c, "each time there are fewer page frames: %lu, then %lu", before, left);
}

CHECK(mach_no_memory, "mach/memory_that_ends_anywhere_is_nobodys_harm_and_none_is_lost") {
    static const enum mach_attack what[] = {MACH_INHERIT, MACH_COPY, MACH_MAP};
    for (unsigned i = 0; i < sizeof what / sizeof what[0]; i++) {
        struct process_end unused;
        check_right(c, what[i], MACH_RIGHT, QUANTUM_NS);
        size_t before = frames_left();
        CHECK_THAT(c, REPLACE(trap_fault, expected) == 0);
        for (size_t frames = 0; frames < 120; frames += 1 + frames / 40) {
            frame_withhold(frames);
            (void)run(what[i], &unused);
            frame_withhold_end();
            (void)vmspace_model_stop(&mach_model);
        }
        restore_event(&event_trap_fault);
        check_right(c, what[i], MACH_RIGHT, QUANTUM_NS);
        CHECK_THAT(c, frames_left() == before);
    }
}
