/* SPDX-License-Identifier: MIT */
/* env.c -- environments beside each other: what one does wrong ends it alone, what it had comes
 * back, and an id is never somebody else's. The environments are the program `attacker`. */
#include "program/attacks.h"
#include "small_machine.h"
#include "../hostile.h"
#include "../random_calls.h"

#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/spawn.h"
#include "exo/libos/stubs.h"
#include "exo/libos/yield.h"
#include "exo/libos/ipc/transfer.h"
#include "lib/error.h"
#include "measure/bench.h"

/* A new attacker, not run yet; its id or an error. */
static long attacker(enum attack attack, unsigned flags) {
    uint64_t argument = (uint64_t)exo_env_self() << 32 | attack;
    return spawn(0, "attacker", argument, SPAWN_NO_GRANT, flags);
}

/* Runs an attacker until it yields or ends; its state. */
static enum exo_env_state run(long id) {
    exo_env_yield((uint64_t)id);
    return exposed_env((uint64_t)id)->state;
}

static uint64_t ended(long id) {
    return exposed_env((uint64_t)id)->ended;
}

CHECK(env_exit, "env/an_environment_exits_with_its_status") {
    long id = attacker(ATTACK_EXIT, 0);
    CHECK_THAT(c, id > 0 && exposed_env((uint64_t)id)->state == EXO_ENV_READY);
    CHECK_THAT(c, run(id) == EXO_ENV_EXITED && ended(id) == 7);
    CHECK_THAT(c, exo_env_yield((uint64_t)id) == -E_DEAD);
    struct message m = {
        .word = {0}}; /* what its u-area says, which is another's by now, is not asked */
    CHECK_THAT(c, transfer_call((uint64_t)id, &m, EXO_TRANSFER) == -E_DEAD);
}

CHECK(env_killed, "env/a_trap_without_an_upcall_entry_kills_that_environment_alone") {
    static const struct {
        enum attack attack;
        uint64_t vector;
    } deaths[] = {
        {ATTACK_INVALID, TRAP_INVALID},   {ATTACK_DIVIDE, TRAP_DIVIDE},
        {ATTACK_NULL_WRITE, TRAP_PAGE},   {ATTACK_STACK_OVERFLOW, TRAP_PAGE},
        {ATTACK_SINGLE_STEP, TRAP_DEBUG},
    };
    long other = attacker(ATTACK_YIELD, 0);
    CHECK_THAT(c, run(other) == EXO_ENV_READY);
    for (unsigned i = 0; i < sizeof deaths / sizeof deaths[0]; i++) {
        long id = attacker(deaths[i].attack, EXO_FAULT_EXPECTED);
        CHECK_THAT(c, id > 0);
        if (run(id) != EXO_ENV_KILLED || ended(id) != deaths[i].vector)
            check_fail(c, "attack %d: state %u, vector %lu", deaths[i].attack,
                       exposed_env((uint64_t)id)->state, ended(id));
    }
    CHECK_THAT(c, run(other) == EXO_ENV_READY);
    CHECK_THAT(c, run(other) == EXO_ENV_READY);
    CHECK_THAT(c, run(other) == EXO_ENV_EXITED && ended(other) == 3);
}

CHECK(env_bad_upcall,
      "env/an_upcall_entry_or_stack_that_cannot_be_used_kills_its_environment_alone") {
    static const struct {
        enum attack attack;
        uint64_t vector; /* of the trap that could not be delivered */
    } deaths[] = {
        {ATTACK_UPCALL_KERNEL, TRAP_PAGE},   /* the same as the next */
        {ATTACK_UPCALL_ODD, TRAP_PAGE},      /* likewise: it becomes USER_TOP */
        {ATTACK_UPCALL_UNMAPPED, TRAP_PAGE}, /* fetches until the stack is full */
        {ATTACK_UPCALL_NO_STACK, TRAP_INVALID}, {ATTACK_UPCALL_INFO_STACK, TRAP_INVALID},
        {ATTACK_UPCALL_RECURSES, TRAP_INVALID},
    };
    for (unsigned i = 0; i < sizeof deaths / sizeof deaths[0]; i++) {
        long id = attacker(deaths[i].attack, EXO_FAULT_EXPECTED);
        CHECK_THAT(c, id > 0);
        if (run(id) != EXO_ENV_KILLED || ended(id) != deaths[i].vector)
            check_fail(c, "attack %d: state %u, vector %lu", deaths[i].attack,
                       exposed_env((uint64_t)id)->state, ended(id));
        CHECK_THAT(c, exo_null() == 0);
    }
}

CHECK(env_no_capability, "env/an_environment_without_capabilities_can_neither_write_nor_create") {
    long id = attacker(ATTACK_CONSOLE, 0);
    CHECK_THAT(c, run(id) == EXO_ENV_EXITED && ended(id) == (uint64_t)-E_PERM);
    id = attacker(ATTACK_CREATE, 0);
    CHECK_THAT(c, run(id) == EXO_ENV_EXITED && ended(id) == (uint64_t)-E_PERM);
}

CHECK(env_granted, "env/an_environment_with_a_granted_capability_can") {
    long id = spawn(0, "attacker", ATTACK_CREATE, 0, 0);
    CHECK_THAT(c, id > 0 && run(id) == EXO_ENV_EXITED);
    long grandchild = (long)ended(id);
    CHECK_THAT(c, grandchild > 0 && exposed_env((uint64_t)grandchild)->state == EXO_ENV_READY);
    CHECK_THAT(c, run(grandchild) == EXO_ENV_EXITED && ended(grandchild) == 7);
    CHECK_THAT(c, spawn(0, "attacker", 0, EXO_CAPS - 1, 0) == -E_PERM);
    CHECK_THAT(c, spawn(0, "attacker", 0, EXO_CAPS, 0) == -E_PERM);
}

CHECK(env_refused, "env/creation_of_what_there_is_not_is_refused") {
    CHECK_THAT(c, spawn(0, "nobody", 0, SPAWN_NO_GRANT, 0) == -E_NOT_FOUND);
    CHECK_THAT(c, spawn(0, "", 0, SPAWN_NO_GRANT, 0) == -E_NOT_FOUND);
    static const struct cap all = {.rights = CAP_ALL, .valid = 1};
    CHECK_THAT(c, exo_env_create(0, all, "a-name-too-long-for-any", 8, 0) == -E_TOO_LONG);
    CHECK_THAT(c, exo_env_create(0, all, "", 1, 0) == -E_QUOTA);
    CHECK_THAT(c, exo_env_create(0, all, "", -1ul, 0) == -E_QUOTA);
    CHECK_THAT(c, spawn(0, "attacker", 0, SPAWN_NO_GRANT, 2) == -E_INVALID);
}

CHECK(env_overlap,
      "env/a_program_that_lies_where_the_kernel_maps_something_is_refused_without_a_leak") {
    static const char *const programs[] = {"overlap-info", "overlap-stack"};
    run(attacker(ATTACK_EXIT, 0));
    uint64_t before = frames_free();
    for (unsigned i = 0; i < 2; i++) {
        long result = spawn(0, programs[i], 0, SPAWN_NO_GRANT, 0);
        if (result != -E_BAD_IMAGE || frames_free() != before)
            check_fail(c, "%s: %ld, and %lu frames of %lu are left", programs[i], result,
                       frames_free(), before);
    }
}

CHECK(env_unheard, "env/an_agent_whose_session_is_refused_does_not_run_it") {
    if (small_machine(c))
        return;
    uint64_t switches = env_info()->env_switches;
    long id = spawn(0, "first", 0, SPAWN_NO_GRANT, EXO_FAULT_EXPECTED);
    CHECK_THAT(c, id > 0 && run(id) == EXO_ENV_KILLED && ended(id) == TRAP_INVALID);
    CHECK_THAT(c, env_info()->env_switches == switches + 2);
}

CHECK(env_stale, "env/the_id_of_a_dead_environment_names_nobody") {
    static const struct cap all = {.rights = CAP_ALL, .valid = 1};
    long first = attacker(ATTACK_EXIT, 0);
    run(first);
    long again = 0;
    for (int i = 0; i < EXO_ENVS && again % EXO_ENVS != first % EXO_ENVS; i++) {
        again = exo_env_create(0, all, "", 8, 0);      /* until the slot is used again */
        CHECK_THAT(c, again > 0 && ended(again) == 0); /* what became of the last is forgotten */
        CHECK_THAT(c, exo_env_destroy(0, (uint64_t)again) == 0);
    }
    CHECK_THAT(c, again % EXO_ENVS == first % EXO_ENVS && again != first);
    CHECK_THAT(c, !exposed_env((uint64_t)first));
    CHECK_THAT(c, exo_env_yield((uint64_t)first) == -E_DEAD);
    CHECK_THAT(c, exo_env_yield(EXO_ENVS - 1) == -E_DEAD && exo_env_yield(-1ul) == -E_DEAD);
    CHECK_THAT(c, exo_env_yield((uint64_t)again + (1ul << 32)) == -E_DEAD);
}

CHECK(env_frames, "env/creating_and_killing_50_leaves_no_frame_behind") {
    uint64_t before = frames_free();
    for (int i = 0; i < 25; i++) {
        run(attacker(ATTACK_EXIT, 0));
        run(attacker(ATTACK_NULL_WRITE, EXO_FAULT_EXPECTED));
    }
    CHECK_THAT(c, frames_free() == before);
}

/* Slots that have had their last id. */
static unsigned used_up(void) {
    const volatile struct exo_env *e = (const volatile struct exo_env *)EXO_ENV;
    unsigned n = 0;
    for (unsigned i = 0; i < EXO_ENVS; i++)
        n += e[i].id > UINT32_MAX - EXO_ENVS;
    return n;
}

CHECK(env_full, "env/when_all_slots_are_taken_creation_is_refused_and_works_again_later") {
    static const struct cap all = {.rights = CAP_ALL, .valid = 1};
    static uint32_t ids[EXO_ENVS];
    unsigned n = 0;
    if (small_machine(c))
        return;
    uint64_t before = frames_free();
    long id;
    while ((id = exo_env_create(0, all, "", 8, 0)) > 0 && n < EXO_ENVS)
        ids[n++] = (uint32_t)id;
    for (unsigned i = 0; i < n; i++)
        CHECK_THAT(c, exo_env_destroy(0, ids[i]) == 0);
    CHECK_THAT(c, n == EXO_ENVS - 1 - used_up()); /* this environment has one */
    CHECK_THAT(c, id == -E_NO_MEMORY && frames_free() == before);
    CHECK_THAT(c, run(attacker(ATTACK_EXIT, 0)) == EXO_ENV_EXITED);
}

CHECK(env_switches, "env/the_information_page_counts_the_switches") {
    long other = attacker(ATTACK_YIELD, 0);
    uint64_t before = env_info()->env_switches;
    run(other);
    CHECK_THAT(c, env_info()->env_switches == before + 2);
    CHECK_THAT(c, exo_env_yield((uint64_t)exo_env_self()) == 0); /* to oneself: no switch */
    CHECK_THAT(c, env_info()->env_switches == before + 2);
    while (run(other) == EXO_ENV_READY)
        ;
}

CHECK(env_random_calls, "env/random_system_calls_harm_nobody") {
    uint64_t frames = frames_free();
    for (uint64_t seed = 1; seed <= 4; seed++) {
        /* With a capability for everything every other time, so that calls come further. */
        unsigned grant = seed & 1 ? 0 : SPAWN_NO_GRANT;
        long id = spawn(0, "attacker", seed << 32 | ATTACK_RANDOM_CALLS, grant, 0);
        CHECK_THAT(c, id > 0);
        while (run(id) == EXO_ENV_READY) /* it also yields to random ids */
            ;
        CHECK_THAT(c,
                   exposed_env((uint64_t)id)->state == EXO_ENV_EXITED && ended(id) == RANDOM_CALLS);
    }
    CHECK_THAT(c, frames_free() == frames);
}
