/* SPDX-License-Identifier: MIT */
/* exos.c -- processes of ExOS: the program `exos` is the first of them, in an environment beside
 * this one. Whatever they do, all frames come back. */
#include "exos/cases.h"
#include "small_machine.h"

#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/spawn.h"
#include "exo/libos/stubs.h"
#include "exo/libos/yield.h"
#include "measure/bench.h"

#define OWN_SLOT      5
#define KERNEL_FRAMES 50000
#define TIMED_FRAMES  3000

static const struct cap programs = {.rights = CAP_ALL, .valid = 1, .length = 1, .name = {'p'}};

static void run(struct check *c, enum exos_case which) {
    if (small_machine(c))
        return;
    exo_cap_forge(0, OWN_SLOT, programs);
    exo_env_destroy(0, (uint64_t)spawn(0, "exos", 0, SPAWN_NO_GRANT, 0)); /* for spawn's tables */
    uint64_t before = frames_free();
    long id = spawn_sized(OWN_SLOT, "exos", which, OWN_SLOT, 0, KERNEL_FRAMES);
    CHECK_THAT(c, id > 0);
    const volatile struct exo_env *e = exposed_env((uint64_t)id);
    while (e->state == EXO_ENV_READY)
        exo_env_yield((uint64_t)id);
    if (e->state != EXO_ENV_EXITED || e->ended)
        check_fail(c, "state %u, line or vector %lu", e->state, e->ended);
    CHECK_THAT(c, frames_free() == before);
}

CHECK(exos_fork, "exos/parent_and_child_write_what_they_share_and_see_their_own") {
    run(c, EXOS_FORK);
}

CHECK(exos_tree, "exos/a_tree_of_15_processes_each_keeps_what_it_wrote") {
    run(c, EXOS_TREE);
}

CHECK(exos_zero, "exos/anonymous_memory_is_zero_when_it_is_touched_and_takes_no_frame_before") {
    run(c, EXOS_ZERO);
}

CHECK(exos_memory, "exos/a_fork_and_a_page_without_memory_fail_and_harm_nobody") {
    run(c, EXOS_MEMORY);
}

CHECK(exos_kill, "exos/a_process_killed_anywhere_in_a_fork_leaves_nothing_behind") {
    run(c, EXOS_KILL);
}

CHECK(exos_full, "exos/processes_are_as_many_as_the_table_has_room_for") {
    run(c, EXOS_FULL);
}

CHECK(exos_pipe, "exos/a_pipe_brings_each_byte_once_in_order_and_ends_with_its_writer") {
    run(c, EXOS_PIPE);
}

CHECK(exos_vfork, "exos/a_child_that_borrows_its_parents_environment_gives_it_back") {
    run(c, EXOS_VFORK);
}

CHECK(exos_protected_pipe, "exos/a_protected_pipe_is_not_spoilt_by_whoever_does_not_have_it") {
    static const struct cap own = {.rights = CAP_ALL, .valid = 1, .length = 1, .name = {'m'}};
    exo_cap_forge(0, OWN_SLOT, programs);
    exo_cap_forge(0, OWN_SLOT + 1, own);
    exo_env_destroy(0, (uint64_t)spawn(0, "exos", 0, SPAWN_NO_GRANT, 0)); /* for spawn's tables */
    uint64_t before = frames_free();
    long pipes = spawn_controlled(0, own, "pipes", 0, OWN_SLOT + 1, 0, 64);
    CHECK_THAT(c, pipes > 0 && exo_cap_give(0, (uint64_t)pipes, OWN_SLOT, 1) == 0);
    exo_env_yield((uint64_t)pipes);
    long id = spawn_sized(OWN_SLOT, "exos", EXOS_PROTECTED_PIPE | (uint64_t)pipes << 32, OWN_SLOT,
                          0, TIMED_FRAMES);
    CHECK_THAT(c, id > 0);
    const volatile struct exo_env *e = exposed_env((uint64_t)id);
    while (e->state == EXO_ENV_READY)
        exo_env_yield((uint64_t)id);
    exo_env_destroy(0, (uint64_t)pipes);
    if (e->state != EXO_ENV_EXITED || e->ended)
        check_fail(c, "state %u, line or vector %lu", e->state, e->ended);
    CHECK_THAT(c, c->failed || frames_free() == before);
}

CHECK(exos_exec, "exos/a_process_becomes_another_program_and_stays_itself_where_it_cannot") {
    run(c, EXOS_EXEC);
}

CHECK(exos_signal, "exos/signals_come_once_and_in_their_time_whatever_a_process_does") {
    run(c, EXOS_SIGNAL);
}

/* Half of the positions are the process's, to hand on. */
static void run_timed(struct check *c, enum exos_case which) {
    uint64_t word, self = (uint64_t)exo_env_self();
    __builtin_memcpy(&word, &programs, sizeof word);
    if (!env_info()->tsc_hz) {
        check_skip(c, "the machine has no clock of known rate");
        return;
    }
    exo_cap_forge(0, OWN_SLOT, programs);
    long id = spawn_sized(OWN_SLOT, "exos", which, OWN_SLOT, 0, TIMED_FRAMES);
    CHECK_THAT(c, id > 0);
    slice_handle();
    for (unsigned i = 0; i < EXO_SLOTS; i++)
        exo_slot_set(0, i, i % 2 ? (uint64_t)id : self, word);
    const volatile struct exo_env *e = exposed_env((uint64_t)id);
    while (e->state == EXO_ENV_READY)
        exo_env_yield(0);
    for (unsigned i = 0; i < EXO_SLOTS; i++)
        exo_slot_set(0, i, self, 0xf);
    if (e->state != EXO_ENV_EXITED || e->ended)
        check_fail(c, "state %u, line or vector %lu", e->state, e->ended);
}

CHECK(exos_nested, "exos/a_fault_within_a_fault_at_each_instruction_leaves_all_pages_right") {
    run_timed(c, EXOS_NESTED);
}

CHECK(exos_killed, "exos/a_process_killed_at_any_point_of_a_fork_or_an_exec_gives_all_back") {
    run_timed(c, EXOS_KILLED);
}

CHECK(exos_watch, "exos/a_word_that_is_waited_for_keeps_its_frame_whenever_its_process_forks") {
    run_timed(c, EXOS_WATCH);
}

CHECK(exos_state, "exos/a_child_has_its_parents_base_of_fs_and_modes_of_floating_point") {
    run_timed(c, EXOS_STATE);
}

CHECK(exos_lock, "exos/a_lock_of_a_killed_holder_is_taken_over_and_says_so") {
    run_timed(c, EXOS_LOCK);
}

CHECK(exos_call, "exos/a_slice_that_ends_anywhere_in_a_call_or_its_reply_does_no_harm") {
    run_timed(c, EXOS_CALL);
}

CHECK(exos_segment,
      "exos/memory_shared_by_name_survives_the_crash_of_a_sharer_and_ends_with_the_last") {
    run_timed(c, EXOS_SEGMENT);
}

CHECK(exos_thread, "exos/threads_of_a_process_have_stacks_and_bases_of_fs_of_their_own") {
    run_timed(c, EXOS_THREAD);
}

CHECK(exos_stand, "exos/a_process_told_to_go_on_at_any_instruction_of_stopping_goes_on") {
    run_timed(c, EXOS_STAND);
}

CHECK(exos_debug, "exos/a_debugger_stops_reads_patches_and_continues_another_process") {
    run_timed(c, EXOS_DEBUG);
}
