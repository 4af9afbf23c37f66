/* SPDX-License-Identifier: MIT */
/* process.c -- what hostile user code can do to the kernel and to others: nothing. Each case runs
 * in a process of its own and must die by exactly its trap; then an innocent one must still run. */
#include "../program/attacks.h"
#include "../replace.h"
#include "../../frames.h"
#include "../../random_calls.h"

#include "lib/error.h"
#include "lib/string.h"
#include "machine/cpu/cpu.h"
#include "machine/memory/frame.h"
#include "measure/bench.h"
#include "measure/session.h"
#include "spin/abi.h"
#include "spin/core/space/process.h"
#include "spin/services/console.h"
#include "spin/services/calls/user_calls.h"

static const struct {
    const char *name;
    uint64_t vector, error, address;
} hostile[] = {
/* own_data_jump's address is the program's to know; its fault is looked at without it. */
#define hostile_data                       0
#define hostile_highest                    (USER_TOP - PAGE_SIZE)
#define CASE(name, vector, error, address) {#name, vector, error, address},
    HOSTILE(CASE)
#undef CASE
#undef hostile_data
#undef hostile_highest
};

/* Runs the attacker once in a fresh process. */
static struct process_end attack(uint64_t a, uint64_t b, bool fault_expected) {
    struct process p;
    if (process_create(&p, "attacker", user_calls_handler))
        return (struct process_end){.killed = true};
    p.fault_expected = fault_expected;
    struct process_end end = process_run(&p, a, b, "");
    process_destroy(&p);
    return end;
}

static bool innocent_runs(void) {
    struct process_end end = attack(ATTACK_EXIT, 42, false);
    return !end.killed && end.status == 42;
}

static void hostile_dies(struct check *c, unsigned i) {
    struct process_end end = attack(i, 0, true);
    if (!end.killed || end.frame.vector != hostile[i].vector || end.frame.error != hostile[i].error)
        check_fail(c, "%s: killed %d vector %lu error %#lx, expected vector %lu error %#lx",
                   hostile[i].name, end.killed, end.frame.vector, end.frame.error,
                   hostile[i].vector, hostile[i].error);
    if (i != HOSTILE_own_data_jump && end.address != hostile[i].address)
        check_fail(c, "%s: address %#lx, expected %#lx", hostile[i].name, end.address,
                   hostile[i].address);
    if (!innocent_runs())
        check_fail(c, "%s: afterwards an innocent process does not run", hostile[i].name);
}

CHECK(process_hostile, "process/hostile_code_dies_by_its_own_trap_alone") {
    for (unsigned i = 0; i < HOSTILE_COUNT; i++)
        if (i != HOSTILE_BY_UMIP)
            hostile_dies(c, i);
}

CHECK(process_umip, "process/umip_hostile_code_does_not_see_descriptor_tables") {
    if (cpu_features.umip)
        hostile_dies(c, HOSTILE_BY_UMIP);
    else
        check_skip(c, "the CPU has no UMIP");
}

CHECK(process_stack_overflow, "process/a_stack_overflow_is_a_page_fault_below_the_stack") {
    struct process_end end = attack(ATTACK_STACK_OVERFLOW, 0, true);
    CHECK_THAT(c, end.killed && end.frame.vector == TRAP_PAGE);
    CHECK_THAT(c, end.frame.error == HOSTILE_WRITE);
    CHECK_THAT(c, end.address < PROCESS_STACK_TOP - PROCESS_STACK_PAGES * PAGE_SIZE);
    CHECK_THAT(c, end.address >= PROCESS_STACK_TOP - (PROCESS_STACK_PAGES + 1) * PAGE_SIZE);
}

CHECK(process_exit_badly, "process/exit_with_a_stack_pointer_into_the_kernel") {
    struct process_end end = attack(ATTACK_EXIT_BADLY, 0, false);
    CHECK_THAT(c, !end.killed && end.status == 9);
    CHECK_THAT(c, innocent_runs());
}

CHECK(process_words, "process/it_is_told_as_many_words_as_there_is_room_for") {
    static char words[PROCESS_WORDS_MAX + 2];
    static const size_t lengths[] = {0, 1, PROCESS_WORDS_MAX - 1, PROCESS_WORDS_MAX,
                                     PROCESS_WORDS_MAX + 1};
    for (unsigned i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        struct process p;
        size_t told = lengths[i] < PROCESS_WORDS_MAX ? lengths[i] : PROCESS_WORDS_MAX - 1;
        memset(words, 'w', lengths[i]);
        words[lengths[i]] = '\0';
        CHECK_THAT(c, process_create(&p, "attacker", user_calls_handler) == 0);
        struct process_end end = process_run(&p, ATTACK_COUNT_WORDS, 0, words);
        process_destroy(&p);
        if (end.killed || end.status != told)
            check_fail(c, "%lu words of %lu are told", end.status, lengths[i]);
    }
}

CHECK(process_frames, "process/creating_and_killing_50_leaves_no_frame_behind") {
    attack(ATTACK_EXIT, 0, false);
    size_t before = frame_unused();
    for (int i = 0; i < 25; i++) {
        attack(ATTACK_EXIT, 0, false);
        attack(HOSTILE_null_write, 0, true);
    }
    CHECK_THAT(c, frame_unused() == before);
}

CHECK(process_overlap, "process/a_program_that_lies_in_the_stack_is_refused_without_a_leak") {
    struct process p;
    size_t before = frame_unused();
    CHECK_THAT(c, process_create(&p, "overlap-stack", user_calls_handler) == -E_BAD_IMAGE);
    CHECK_THAT(c, frame_unused() == before);
}

static bool refuse_record(const char *body, size_t length) {
    (void)body;
    (void)length;
    return false;
}

CHECK(process_unheard, "process/an_agent_whose_record_is_refused_does_not_go_on") {
    struct process p;
    CHECK_THAT(c, process_create(&p, "agent", user_calls_handler) == 0);
    p.fault_expected = true;
    CHECK_THAT(c, REPLACE(console_user_record, refuse_record) == 0);
    struct process_end end = process_run(&p, SESSION_PLAN, 0, "run=all");
    restore_event(&event_console_user_record);
    process_destroy(&p);
    CHECK_THAT(c, end.killed && end.frame.vector == TRAP_INVALID);
}

static int create(void) {
    struct process p;
    int error = process_create(&p, "attacker", user_calls_handler);
    if (!error)
        process_destroy(&p);
    return error;
}

CHECK(process_no_memory, "process/a_creation_that_fails_at_any_frame_leaves_none_behind") {
    frames_fail_each(c, create);
}

CHECK(process_unknown, "process/a_program_that_is_not_there_is_refused") {
    struct process p;
    CHECK_THAT(c, process_create(&p, "nobody", user_calls_handler) == -E_NOT_FOUND);
}

CHECK(process_random_calls, "process/random_system_calls_harm_nobody") {
    for (uint64_t seed = 1; seed <= 4; seed++) {
        struct process_end end = attack(ATTACK_RANDOM_CALLS, seed, false);
        CHECK_THAT(c, !end.killed && end.status == RANDOM_CALLS);
        CHECK_THAT(c, innocent_runs());
    }
}
