/* SPDX-License-Identifier: MIT */
/* unix.c -- processes of the Unix model: what they share they do not see, and who ends takes nobody
 * along but those that it is to. */
#include "../program/unix_attacks.h"
#include "../program/attacks.h"
#include "../replace.h"

#include "../../exact.h"

#include "common/archive.h"
#include "lib/error.h"
#include "machine/memory/frame.h"
#include "measure/bench.h"
#include "spin/core/dispatch/plan/retired.h"
#include "spin/core/space/process.h"
#include "spin/core/space/trap_fault.h"
#include "spin/services/calls/user_calls.h"
#include "spin/services/console.h"
#include "spin/core/domain/link_authority.h"
#include "spin/services/loader/loader.h"
#include "spin/services/thread/kthread.h"
#include "spin/services/vmspace/vmspace_files.h"
#include "spin/services/vmspace/vmspace_pages.h"
#include "spin/services/unix/processes.h"
#include "spin/services/unix/calls.h"

static unsigned faults; /* but for those that end who is terminated */

/* Its record says that a test wanted the fault. */
static void expected(struct trap_frame *f, uint64_t address) {
    faults += !process_current()->end.terminated;
    process_current()->fault_expected = true;
    process_kill(f, address);
}

static uint64_t quantum_ns = 100000; /* whoever never stops does not for long */
static bool stop = true;             /* nothing is left loaded */

static bool ends_with(enum unix_attack what, uint64_t status) {
    struct process_end end = {0}; /* no address of the pager's code by chance */
    int error = REPLACE(trap_fault, expected);
    faults = 0;
    scheduler_quantum_ns = quantum_ns;
    if (!error)
        error = unix_run("attacker", what, "", &end);
    scheduler_quantum_ns = SCHEDULER_QUANTUM_NS;
    restore_event(&event_trap_fault);
    if (!error && stop)
        error = vmspace_model_stop(&unix_model);
    return !error && !end.killed && !end.terminated && end.status == status;
}

/* Page frames, once what raises may still have come to is given back. */
static size_t frames_left(void) {
    plans_reclaim();
    (void)loader_reap();
    return frame_unused();
}

/* Right, and again, without a page frame less: what leaves something leaves it each time, while the
 * heap may grow by a page once more. */
static bool is_right(enum unix_attack what) {
    bool right = ends_with(what, UNIX_RIGHT), back = false;
    for (unsigned i = 0; i < 2 && right && !back; i++) {
        size_t before = frames_left();
        right = ends_with(what, UNIX_RIGHT);
        back = frames_left() == before;
    }
    return right && back;
}

CHECK(unix_exit, "unix/a_program_runs_and_exits") {
    CHECK_THAT(c, ends_with(UNIX_EXIT, UNIX_STATUS));
}

CHECK(unix_fork, "unix/what_one_writes_after_a_fork_nobody_else_sees") {
    CHECK_THAT(c, is_right(UNIX_FORK));
}

CHECK(unix_exec, "unix/a_program_that_is_executed_begins_anew_with_its_words") {
    CHECK_THAT(c, is_right(UNIX_EXEC));
}

CHECK(unix_exec_badly, "unix/a_program_that_cannot_be_executed_changes_nothing") {
    CHECK_THAT(c, is_right(UNIX_EXEC_BADLY));
}

/* --- What a process's own filter makes of the names that it executes --- */

CHECK(unix_filter, "unix/a_filter_changes_the_name_that_is_executed_for_its_process_alone") {
    CHECK_THAT(c, ends_with(UNIX_FILTER, UNIX_RIGHT)); /* the heap has its pages */
    CHECK_THAT(c, is_right(UNIX_FILTER));
}

CHECK(unix_filter_bad, "unix/a_filter_that_breaks_the_name_or_fails_harms_its_process_alone") {
    struct change change;
    change_open(&change, event_console_key.module, NULL);
    change_withdraw_intrinsic(&change, &event_console_key);
    CHECK_THAT(c, change_commit(&change) == 0);
    bool right = is_right(UNIX_FILTER_BADLY);
    change_open(&change, event_console_key.module, NULL);
    change_restore_intrinsic(&change, &event_console_key);
    CHECK_THAT(c, change_commit(&change) == 0 && right);
}

CHECK(unix_filter_cost, "unix/who_has_no_filter_pays_no_instruction_for_anothers") {
    if (!clock_is_exact()) {
        check_skip(c, "no clock counts instructions here");
        return;
    }
    CHECK_THAT(c, is_right(UNIX_FILTER_COST));
}

CHECK(unix_filter_others, "unix/nobody_filters_the_names_of_others") {
    static struct report why;
    static struct process p; /* no address of the pager's code by chance */
    struct extension *e;
    CHECK_THAT(c, ends_with(UNIX_EXIT, UNIX_STATUS)); /* the event is there */
    CHECK_THAT(c, loader_load("dos_names", &e, &why) == -E_PERM);
    CHECK_THAT(c, process_create(&p, "attacker", user_calls_handler) == 0);
    struct process_end end = process_run(&p, ATTACK_EXTEND_ONLY, 0, "dos_names");
    process_destroy(&p);
    CHECK_THAT(c, !end.killed && end.status == (uint64_t)-E_PERM);
}

CHECK(unix_zeros, "unix/memory_that_was_never_written_is_zeros") {
    CHECK_THAT(c, ends_with(UNIX_ZEROS, UNIX_RIGHT)); /* the heap has its pages */
    CHECK_THAT(c, is_right(UNIX_ZEROS));
}

CHECK(unix_arguments, "unix/a_call_finds_its_arguments_in_memory_that_was_never_touched") {
    CHECK_THAT(c, is_right(UNIX_ARGUMENTS));
}

/* The cache of the program that all processes run. */
static const struct cache_object *program_cache(void) {
    struct memory_object *file;
    size_t bytes;
    if (vmspace_file(unix_model.pager, "attacker", &file, &bytes))
        return NULL;
    memory_object_drop(file);
    return file->cache;
}

/* Of each of these folders the first file. More than there are places. */
static const char *const folders[] = {
    "absent",   "asks",     "bad_names", "circle",     "counted", "endless",   "guarded",
    "held",     "hidden",   "hoards",    "hurries",    "keeps",   "later",     "leaks",
    "leans",    "left",     "lingers",   "listens",    "loops",   "misnames",  "misplaced",
    "misrules", "own_keys", "orders",    "needs_keys", "quiet",   "otherwise", "right",
    "rollback", "second",   "slow",      "soon",       "ticks",   "stateful",  "writes"};
#define FOLDERS (sizeof folders / sizeof folders[0])

static int open_first(const char *folder, struct memory_object **object) {
    const char *path;
    struct bytes bytes;
    size_t length;
    return archive_folder(folder, 0, &path, &bytes)
               ? vmspace_file(unix_model.pager, path, object, &length)
               : -E_INVALID;
}

CHECK(unix_files, "unix/who_maps_many_files_is_in_the_way_of_others_only_while_he_does") {
    struct memory_object *object[FOLDERS] = {0}, *again = NULL;
    stop = false;
    bool right = ends_with(UNIX_EXIT, UNIX_STATUS);
    for (unsigned i = 0; i < FOLDERS; i++) { /* all but the first are dropped */
        right = right && open_first(folders[i], &object[i]) == 0;
        if (right && i)
            memory_object_drop(object[i]);
    }
    right = right && open_first(folders[0], &again) == 0 && again == object[0];
    unsigned held = object[0] != NULL;
    while (right && held < FOLDERS && open_first(folders[held], &object[held]) == 0)
        held++;
    int error = held < FOLDERS ? open_first(folders[held], &object[held]) : 0;
    right = right && held == VMSPACE_FILES_MAX && error == -E_FULL;
    while (held)
        memory_object_drop(object[--held]);
    if (again)
        memory_object_drop(again);
    right = right && ends_with(UNIX_MAP, UNIX_RIGHT);
    stop = true;
    CHECK_THAT(c, vmspace_model_stop(&unix_model) == 0 && right);
}

CHECK(unix_map_once, "unix/pages_of_a_file_come_once_for_all_that_map_or_execute_it") {
    CHECK_THAT(c, is_right(UNIX_MAP));
    stop = false;
    bool right = ends_with(UNIX_MAP, UNIX_RIGHT);
    const struct cache_object *cache = program_cache();
    uint64_t came = cache->page_ins, found = cache->hits;
    unsigned there = cache_pages(cache);
    right = right && ends_with(UNIX_MAP, UNIX_RIGHT) && cache->page_ins == came;
    stop = true;
    CHECK_THAT(c, vmspace_model_stop(&unix_model) == 0 && right);
    if (came != there || found < 3 * came)
        check_fail(c, "%lu pages came for %u, and were found %lu times", came, there, found);
}

CHECK(unix_map_long, "unix/a_file_longer_than_the_cache_is_read_through_it") {
    enum { FRAMES = 10 }; /* the file has more */
    stop = false;
    vmspace_file_frames = FRAMES;
    bool right = ends_with(UNIX_MAP_LONG, UNIX_RIGHT) && cache_pages(program_cache()) == FRAMES;
    uint64_t came = program_cache()->page_ins;
    stop = true;
    CHECK_THAT(c, vmspace_model_stop(&unix_model) == 0 && right);
    right = is_right(UNIX_MAP_LONG) && is_right(UNIX_MAP);
    vmspace_file_frames = CACHE_FRAMES_MAX;
    if (!right || came <= 2 * FRAMES)
        check_fail(c, "%lu pages came", came);
}

CHECK(unix_map_preempted,
      "unix/processes_that_read_files_under_a_fast_timer_find_what_is_in_them") {
    quantum_ns = 3000;
    vmspace_file_frames = 9; /* of those that all of them need at once */
    bool right = is_right(UNIX_MAP) && is_right(UNIX_MAP_WRITE) && is_right(UNIX_MAP_LONG);
    vmspace_file_frames = CACHE_FRAMES_MAX;
    quantum_ns = 100000;
    CHECK_THAT(c, right);
}

CHECK(unix_map_write, "unix/what_one_writes_to_a_file_that_it_maps_nobody_else_sees") {
    CHECK_THAT(c, is_right(UNIX_MAP_WRITE));
}

CHECK(unix_map_badly, "unix/nobody_maps_what_is_not_there_or_does_with_it_what_he_may_not") {
    CHECK_THAT(c, is_right(UNIX_MAP_BADLY));
}

CHECK(unix_kill, "unix/a_child_that_runs_or_waits_is_killed") {
    CHECK_THAT(c, is_right(UNIX_KILL));
}

CHECK(unix_kill_others, "unix/nobody_kills_a_parent_or_a_sibling") {
    CHECK_THAT(c, is_right(UNIX_KILL_OTHERS));
}

CHECK(unix_faults, "unix/a_fault_that_is_nobodys_ends_its_process_alone") {
    CHECK_THAT(c, is_right(UNIX_FAULTS));
}

CHECK(unix_wait_alone, "unix/who_has_no_child_does_not_wait") {
    CHECK_THAT(c, is_right(UNIX_WAIT_ALONE));
}

CHECK(unix_leaves, "unix/those_that_are_left_behind_are_ended") {
    CHECK_THAT(c, is_right(UNIX_LEAVES));
}

CHECK(unix_bomb, "unix/forks_without_end_are_refused_and_ended") {
    CHECK_THAT(c, is_right(UNIX_BOMB));
}

CHECK(unix_random, "unix/random_system_calls_harm_nobody") {
    CHECK_THAT(c, is_right(UNIX_RANDOM));
}

CHECK(unix_missing, "unix/a_program_that_is_not_there_is_refused") {
    struct process_end end;
    CHECK_THAT(c, unix_run("nobody", 0, "", &end) == -E_NOT_FOUND);
    CHECK_THAT(c, unix_run("overlap-stack", 0, "", &end) == -E_BAD_IMAGE);
}

CHECK(unix_preempted, "unix/processes_that_fork_and_fault_under_a_fast_timer_stay_right") {
    quantum_ns = 3000;
    bool right = is_right(UNIX_FORK) && is_right(UNIX_KILL);
    quantum_ns = 100000;
    CHECK_THAT(c, right);
}

CHECK(unix_kill_forking, "unix/a_process_that_is_killed_in_a_fork_leaves_no_child_of_it") {
    quantum_ns = 3000;
    bool right = is_right(UNIX_KILL_FORKING);
    quantum_ns = 100000;
    CHECK_THAT(c, right && !faults);
}

CHECK(unix_kill_executing, "unix/a_process_that_is_killed_in_an_exec_is_gone_with_both_programs") {
    quantum_ns = 3000;
    bool right = is_right(UNIX_KILL_EXECUTING);
    quantum_ns = 100000;
    CHECK_THAT(c, right && !faults);
}

/* The same with so many page frames and no more. */
static void run_with(enum unix_attack what, size_t frames) {
    struct process_end end;
    if (REPLACE(trap_fault, expected))
        return;
    scheduler_quantum_ns = quantum_ns;
    frame_withhold(frames);
    (void)unix_run("attacker", what, "", &end);
    frame_withhold_end();
    scheduler_quantum_ns = SCHEDULER_QUANTUM_NS;
    restore_event(&event_trap_fault);
    (void)vmspace_model_stop(&unix_model);
}

CHECK(unix_no_memory, "unix/memory_that_ends_anywhere_is_nobodys_harm_and_none_is_lost") {
    static const enum unix_attack what[] = {UNIX_FORK, UNIX_EXEC, UNIX_KILL, UNIX_MAP_WRITE};
    for (unsigned i = 0; i < sizeof what / sizeof what[0]; i++) {
        CHECK_THAT(c, is_right(what[i]));
        size_t before = frame_unused();
        for (size_t frames = i % 2; frames < 160; frames += 2) /* each number with two of them */
            run_with(what[i], frames);
        CHECK_THAT(c, is_right(what[i]) && frame_unused() == before);
    }
}

MODULE("TestPages");

CHECK(unix_pages, "unix/pages_of_no_process_of_the_model_are_nobodys_to_change") {
    struct translation other;
    module_add(THIS_MODULE);
    stop = false;
    CHECK_THAT(c, ends_with(UNIX_EXIT, UNIX_STATUS)); /* its pager is there */
    stop = true;
    CHECK_THAT(c, translation_create(&other, THIS_MODULE) == 0);
    long protection = vmspace_page_protection(&other, 0x400000),
         holders = vmspace_page_holders(&other, 0x400000);
    int show = vmspace_page_show(&other, 0x400000, false), own = vmspace_page_own(&other, 0x400000);
    translation_destroy(&other);
    CHECK_THAT(c,
               vmspace_model_stop(&unix_model) == 0 && protection == -E_PERM && holders == -E_PERM);
    CHECK_THAT(c, show == -E_PERM && own == -E_PERM);
}

static bool denies(void *unused, const struct link_request *request) {
    (void)unused, (void)request;
    return false;
}

/* A new policy allows links to what the pager chooses from, or does not. */
static int ask_again(bool allowed) {
    const struct link_authorizer authorizer = {.allows = allowed ? NULL : denies};
    struct named domain;
    int error = names_lookup(THIS_MODULE, NAMED_DOMAINS "VmspacePages", &name_domain, &domain);
    if (error)
        return error;
    error = reference_authorize(domain.object, &authorizer);
    reference_release(domain.object);
    return error ? error : loader_ask_again();
}

/* As the shell would unload it, and as a policy withdraws it. */
CHECK(unix_pager, "unix/its_pager_stays_while_its_model_needs_it_whoever_unloads_or_withdraws_it") {
    module_add(THIS_MODULE);
    stop = false;
    bool right = ends_with(UNIX_EXIT, UNIX_STATUS);
    const struct module *pager = unix_model.pager;
    uint64_t serial = extension_serial(pager);
    right = right && loader_unload(unix_model.extension) == -E_BUSY;
    right = right && ends_with(UNIX_FORK, UNIX_RIGHT) && extension_serial(pager) == serial;
    right = right && ask_again(false) == 0 && list_empty(&pager->bindings) && loader_has(serial);
    right = right && ask_again(true) == 0 && ends_with(UNIX_FORK, UNIX_RIGHT);
    stop = true;
    CHECK_THAT(c, vmspace_model_stop(&unix_model) == 0 && right && !loader_reap() &&
                      !loader_has(serial));
}
