/* SPDX-License-Identifier: MIT */
/* volumes.c -- files on disks, as ExOS has them: the program `volume` is a process of ExOS in an
 * environment beside this one. The disk is tests/end/disk/exo_volume_test.sh's. */
#include "volume/volume_cases.h"

#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/spawn.h"
#include "exo/libos/stubs.h"
#include "exo/libos/yield.h"
#include "lib/error.h"
#include "measure/bench.h"

#define KERNEL_FRAMES 3000
#define ANYBODY       0xf /* the word of a capability with all rights and no name */

/* Whatever comes of it, the next one finds the disk's volume gone. */
static void abandon(void) {
    while (frames_await())
        continue;
    while (exo_disk_wait(0) != -E_NOT_FOUND)
        exo_env_yield(0);
    while (exo_xn_volume(EXO_XN_HOW(EXO_XN_ABANDON, 0, 0), 0, 0, 0) == -E_AGAIN)
        continue;
}

static void run(struct check *c, enum volume_case which) {
    if (!env_info()->disks) {
        check_skip(c, "the machine has no disk");
        return;
    }
    slice_handle();
    abandon();
    long id = spawn_sized(0, "volume", which, 0, 0, KERNEL_FRAMES);
    if (id <= 0) {
        check_fail(c, "spawn: %ld", id);
        return;
    }
    const volatile struct exo_env *e = exposed_env((uint64_t)id);
    for (unsigned i = 0; i < EXO_SLOTS; i++) /* so that slices end */
        exo_slot_set(0, i, i % 2 ? (uint64_t)id : (uint64_t)exo_env_self(), ANYBODY);
    while (e->state == EXO_ENV_READY)
        exo_env_yield(0);
    for (unsigned i = 0; i < EXO_SLOTS; i++)
        exo_slot_set(0, i, (uint64_t)exo_env_self(), ANYBODY);
    if (e->state != EXO_ENV_EXITED || e->ended)
        check_fail(c, "state %u, line or vector %lu", e->state, e->ended);
    exo_env_destroy(0, (uint64_t)id);
    abandon();
}

CHECK(volume_files, "volume/files_of_a_disk_are_opened_read_renamed_and_there_after_a_boot") {
    run(c, VOLUME_FILES);
}

CHECK(volume_old, "volume/an_old_descriptor_reads_no_other_file_and_what_comes_back_is_zero") {
    run(c, VOLUME_OLD);
}

CHECK(volume_share, "volume/processes_share_descriptors_and_blocks_and_take_turns") {
    run(c, VOLUME_SHARE);
}

CHECK(volume_map, "volume/memory_shows_the_very_frames_of_a_files_blocks") {
    run(c, VOLUME_MAP);
}

CHECK(volume_kill, "volume/a_writer_that_is_killed_anywhere_leaves_a_file_system_that_is_sound") {
    run(c, VOLUME_KILL);
}

CHECK(volume_cached, "volume/a_process_chooses_which_blocks_it_keeps_in_core") {
    run(c, VOLUME_CACHE);
}

CHECK(volume_fsx, "volume/a_file_is_what_a_plain_copy_is_at_random_in_memory_and_on_a_disk") {
    run(c, VOLUME_FSX);
}

CHECK(volume_tools, "volume/each_tool_does_what_its_line_says_and_aging_costs_requests") {
    run(c, VOLUME_TOOLS);
}

CHECK(volume_programs, "volume/all_processes_of_a_program_on_the_disk_have_the_registrys_frames") {
    run(c, VOLUME_PROGRAMS);
}

CHECK(volume_hostile,
      "volume/calls_beyond_a_files_end_and_on_what_is_mapped_or_gone_come_to_nothing") {
    run(c, VOLUME_HOSTILE);
}
