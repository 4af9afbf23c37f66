/* SPDX-License-Identifier: MIT */
/* files.c -- ExOS' descriptors and files: the program `files` is a process of ExOS in an
 * environment beside this one. Whatever it does, all frames come back. */
#include "files/files_cases.h"

#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/spawn.h"
#include "exo/libos/stubs.h"
#include "exo/libos/yield.h"
#include "measure/bench.h"

#define OWN_SLOT      5
#define KERNEL_FRAMES 2000
#define FRAMES        6000 /* that are free */

static const struct cap programs = {.rights = CAP_ALL, .valid = 1, .length = 1, .name = {'p'}};

static uint64_t self(void) {
    return (uint64_t)exo_env_self();
}

static bool few_frames(struct check *c) {
    if (frames_free() >= FRAMES)
        return false;
    check_skip(c, "the machine has fewer than %d free frames", FRAMES);
    return true;
}

/* `which`: a case, and above it what it is told. */
static uint64_t begin(struct check *c, uint64_t which) {
    exo_cap_forge(0, OWN_SLOT, programs);
    exo_env_destroy(0, (uint64_t)spawn(0, "files", 0, SPAWN_NO_GRANT, 0)); /* for spawn's tables */
    long id = spawn_sized(OWN_SLOT, "files", which, OWN_SLOT, 0, KERNEL_FRAMES);
    if (id <= 0)
        check_fail(c, "spawn: %ld", id);
    return id > 0 ? (uint64_t)id : 0;
}

static void judge(struct check *c, uint64_t id) {
    const volatile struct exo_env *e = exposed_env(id);
    if (e->state != EXO_ENV_EXITED || e->ended)
        check_fail(c, "state %u, line or vector %lu", e->state, e->ended);
}

static void run(struct check *c, uint64_t which) {
    if (few_frames(c))
        return;
    exo_env_destroy(0, begin(c, FILES_POSIX));
    uint64_t before = frames_free(), id = begin(c, which);
    while (id && exposed_env(id)->state == EXO_ENV_READY)
        exo_env_yield(id);
    if (id)
        judge(c, id);
    CHECK_THAT(c, c->failed || frames_free() == before);
}

CHECK(files_posix, "files/a_file_is_read_and_written_as_posix_says") {
    run(c, FILES_POSIX);
}

CHECK(files_names, "files/directories_links_and_mounts_are_as_posix_says") {
    run(c, FILES_NAMES);
}

CHECK(files_types, "files/each_type_of_file_does_what_it_is_for_and_refuses_the_rest") {
    run(c, FILES_TYPES);
}

CHECK(files_shared, "files/a_killed_process_holds_no_file_and_no_lock") {
    run(c, FILES_SHARED);
}

CHECK(files_exec, "files/the_next_program_has_descriptors_and_directory_but_for_what_exec_closes") {
    run(c, FILES_EXEC);
}

CHECK(files_pipe, "files/a_pipe_ends_with_its_last_writer_however_that_ends") {
    run(c, FILES_PIPE);
}

CHECK(files_spoil, "files/who_spoils_what_processes_share_makes_nobody_fault") {
    run(c, FILES_SPOIL);
}

CHECK(files_pager, "files/twice_the_memory_of_its_frames_by_either_policy_in_its_own_order") {
    run(c, FILES_PAGER);
}

CHECK(files_map, "files/memory_of_zeroes_of_children_and_of_files_has_the_rights_it_is_given") {
    run(c, FILES_MAP);
}

/* The process has half of the positions, to hand on. False, and the check is over: the machine has
 * no clock of known rate, or no memory. */
static bool begin_beside(struct check *c, uint64_t which, uint64_t *id) {
    uint64_t word;
    __builtin_memcpy(&word, &programs, sizeof word);
    if (few_frames(c))
        return false;
    if (!env_info()->tsc_hz) {
        check_skip(c, "the machine has no clock of known rate");
        return false;
    }
    *id = begin(c, which);
    slice_handle();
    for (unsigned i = 0; *id && i < EXO_SLOTS; i++)
        exo_slot_set(0, i, i % 2 ? *id : self(), word);
    return *id;
}

static void end_beside(struct check *c, uint64_t id) {
    while (exposed_env(id)->state == EXO_ENV_READY)
        exo_env_yield(0);
    for (unsigned i = 0; i < EXO_SLOTS; i++)
        exo_slot_set(0, i, self(), 0xf);
    judge(c, id);
}

CHECK(files_poll,
      "files/a_sleeper_wakes_for_the_last_of_500_descriptors_and_for_the_librarys_own") {
    uint64_t id;
    if (begin_beside(c, FILES_POLL, &id))
        end_beside(c, id);
}

/* --- Pages on a disk: blocks PAGING_AT and on of the first, by a proxy node --- */

#define PAGING_AT 2048

static uint64_t paging(struct check *c, uint64_t which) {
    if (!env_info()->disks) {
        check_skip(c, "the machine has no disk");
        return 0;
    }
    uint64_t blocks = exposed_disk(0)->blocks;
    long id = exo_pxn_make(0, 0, 0, &programs, 1);
    exo_cap_forge(0, OWN_SLOT, programs);
    if (id <= 0 || blocks <= PAGING_AT ||
        exo_pxn_change(OWN_SLOT, (uint64_t)id, EXO_PXN_ADD, PAGING_AT, blocks - PAGING_AT, 0)) {
        check_fail(c, "no proxy node: %ld", id);
        return 0;
    }
    return which | (uint64_t)id << 32;
}

static void run_paging(struct check *c, enum files_case which) {
    uint64_t told = paging(c, which);
    if (!told)
        return;
    run(c, told);
    exo_pxn_remove(0, told >> 32);
}

CHECK(pager_disk, "pager/twice_the_frames_on_a_disk_by_either_policy_in_its_own_order") {
    run_paging(c, FILES_PAGER_DISK);
}

CHECK(pager_full, "pager/a_working_set_of_twice_the_machines_memory_completes") {
    uint64_t told = 0, frames = frames_free();
    if (env_info()->disks && exposed_disk(0)->blocks < 2 * frames + PAGING_AT)
        check_skip(c, "the disk is too small for this memory");
    else if ((told = paging(c, FILES_PAGER_FULL))) {
        run(c, told);
        exo_pxn_remove(0, told >> 32);
    }
}

CHECK(pager_ends, "pager/two_page_beside_each_other_and_the_blocks_of_the_dead_are_free") {
    run_paging(c, FILES_PAGER_ENDS);
}

/* It works on its pages, and some are asked back. */
static void ask_back(struct check *c, uint64_t which) {
    uint64_t id;
    if (!begin_beside(c, which, &id))
        return;
    const volatile struct exo_env *e = exposed_env(id);
    for (unsigned n = 0; n < FILES_SLICES && e->state == EXO_ENV_READY; n++)
        exo_env_yield(0); /* it is copying by now */
    uint64_t pages = e->pages;
    if (exo_env_revoke(OWN_SLOT, id, FILES_ASKED, 10 * EXO_REVOKE_NS_LEAST) != FILES_ASKED)
        check_fail(c, "nothing was asked");
    for (unsigned n = 0; n < 90 && e->state == EXO_ENV_READY && e->pages > pages - FILES_ASKED; n++)
        exo_env_yield(0); /* within its time */
    if (e->state == EXO_ENV_READY && e->pages > pages - FILES_ASKED)
        check_fail(c, "%u pages of %lu are left", e->pages, pages);
    end_beside(c, id);
}

CHECK(files_give, "files/pages_that_are_asked_back_in_a_copy_are_given_and_the_copy_completes") {
    ask_back(c, FILES_GIVE);
}

CHECK(pager_asked, "pager/pages_that_are_asked_back_go_to_the_disk") {
    uint64_t told = paging(c, FILES_PAGER_ASKED);
    if (told)
        ask_back(c, told);
}
