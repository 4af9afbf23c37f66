/* SPDX-License-Identifier: MIT */
/* slice.c -- time: whose a position of the vector is, and how a slice ends. The others are the
 * program `attacker`. */
#include "../program/attacks.h"
#include "../settled.h"

#include "exo/libos/exposed.h"
#include "exo/libos/spawn.h"
#include "exo/libos/stubs.h"
#include "exo/libos/uarea.h"
#include "exo/libos/yield.h"
#include "lib/error.h"
#include "machine/trap/trap.h"
#include "measure/bench.h"

static uint64_t self(void) {
    return (uint64_t)exo_env_self();
}

/* Gives the environment every position i with i % of < share; the others are this one's. */
static void divide(uint64_t env, unsigned share, unsigned of) {
    for (unsigned i = 0; i < EXO_SLOTS; i++)
        exo_slot_set(0, i, i % of < share ? env : self(), 0);
}

static void own_all(void) {
    divide(self(), 1, 1);
}

static bool untimed(struct check *c) {
    if (env_info()->tsc_hz)
        return false;
    check_skip(c, "the machine has no clock of known rate");
    return true;
}

/* Gives up slices until the other has ended. */
static void wait_for(uint64_t env) {
    while (exposed_env(env) && exposed_env(env)->state == EXO_ENV_READY)
        exo_env_yield(0);
}

CHECK(slice_rights, "slice/a_position_is_changed_by_whom_its_list_allows") {
    static const struct cap one = {.rights = CAP_ALL, .valid = 1, .length = 1, .name = {1}};
    uint64_t word;
    __builtin_memcpy(&word, &one, sizeof word);
    exo_cap_forge(0, 1, one);
    CHECK_THAT(c, exo_slot_set(0, EXO_SLOTS, self(), 0) == -E_INVALID);
    CHECK_THAT(c, exo_slot_set(1, 5, self(), 0) == -E_PERM);
    CHECK_THAT(c, exo_slot_set(0, 5, self() + EXO_ENVS, 0) == -E_DEAD);
    CHECK_THAT(c, exo_slot_set(0, 5, self(), word) == 0 && exposed_slot(5)->acl.name[0] == 1);
    CHECK_THAT(c, exo_slot_set(1, 5, self(), 0) == 0);
    CHECK_THAT(c, exo_slot_set(1, 5, self(), 0xf) == -E_PERM); /* nobody's list is made wider */
    CHECK_THAT(c, exo_slot_set(0, 5, self(), 0xf) == 0);
    CHECK_THAT(c, exo_slot_set(1, 5, self(), 0) == -E_PERM);
}

/* The attacker that is told so, which has `share` of every `of` positions from now on; 0, and the
 * check is over: the machine has no clock, or there is no attacker. */
static uint64_t beside(struct check *c, enum attack attack, unsigned share, unsigned of) {
    if (untimed(c))
        return 0;
    long id = spawn(0, "attacker", attack, SPAWN_NO_GRANT, 0);
    if (id <= 0) {
        check_fail(c, "no attacker: %ld", id);
        return 0;
    }
    slice_handle();
    settle();
    divide((uint64_t)id, share, of);
    return (uint64_t)id;
}

CHECK(slice_share, "slice/two_that_never_yield_run_in_the_ratio_of_their_positions") {
    uint64_t id = beside(c, ATTACK_SPIN, 1, 4);
    if (!id)
        return;
    uint64_t mine = exposed_env(self())->ticks, its = exposed_env(id)->ticks;
    while (exposed_env(id)->ticks - its < 64)
        __asm__ volatile("nop");
    mine = exposed_env(self())->ticks - mine;
    own_all();
    CHECK_THAT(c, exo_env_destroy(0, id) == 0);
    if (mine < 3 * 63 || mine > 3 * 65)
        check_fail(c, "%lu slices beside 64", mine);
}

/* Fills registers, and looks whether slices' ends leave them as they are. */
static uint64_t registers_kept(uint64_t rounds) {
    uint64_t wrong = 0;
    __asm__ volatile(
        "mov $0x1111, %%rax\n\tmov $0x2222, %%rbx\n\tmov $0x3333, %%rsi\n\t"
        "mov $0x4444, %%r8\n\tmov $0x5555, %%r15\n\tmovq $0x6666, -100(%%rsp)\n"
        "1: stc\n\tjnc 2f\n\tcmp $0x1111, %%rax\n\tjne 2f\n\tcmp $0x2222, %%rbx\n\tjne 2f\n\t"
        "cmp $0x3333, %%rsi\n\tjne 2f\n\tcmp $0x4444, %%r8\n\tjne 2f\n\t"
        "cmp $0x5555, %%r15\n\tjne 2f\n\tcmpq $0x6666, -100(%%rsp)\n\tjne 2f\n\t"
        "dec %1\n\tjnz 1b\n\tjmp 3f\n2: mov $1, %0\n3:"
        : "+r"(wrong), "+r"(rounds)
        :
        : "rax", "rbx", "rsi", "r8", "r15", "memory", "cc");
    return wrong;
}

CHECK(slice_registers, "slice/what_a_slices_end_interrupts_goes_on_with_all_registers") {
    uint64_t id = beside(c, ATTACK_SPIN, 1, 2);
    if (!id)
        return;
    uint64_t before = exposed_env(self())->ticks;
    uint64_t wrong = registers_kept(200000);
    uint64_t ticks = exposed_env(self())->ticks - before;
    own_all();
    exo_env_destroy(0, id);
    CHECK_THAT(c, !wrong && ticks > 10);
}

CHECK(slice_ignored, "slice/who_never_heeds_its_slices_end_loses_slices_and_then_its_life") {
    uint64_t id = beside(c, ATTACK_LOOP, 1, 2);
    if (!id)
        return;
    wait_for(id);
    own_all();
    const volatile struct exo_env *e = exposed_env(id);
    CHECK_THAT(c, e->state == EXO_ENV_KILLED && e->ended == TRAP_TIMER);
    CHECK_THAT(c, e->ticks == 1 && e->excess > 0);
}

CHECK(slice_critical, "slice/a_critical_section_is_not_interrupted_and_is_told_at_its_end") {
    uint64_t id = beside(c, ATTACK_SPIN, 1, 2);
    if (!id)
        return;
    exo_env_yield(0); /* a slice begins, and does not end within the next lines */
    uarea->interrupted = 0;
    uarea->critical = 1;
    uint64_t ticks = exposed_env(self())->ticks, its = exposed_env(id)->ticks;
    while (!uarea->interrupted)
        __asm__ volatile("nop");
    CHECK_THAT(c, exposed_env(self())->ticks == ticks + 1);
    CHECK_THAT(c, exposed_env(id)->ticks == its); /* it still waits for its turn */
    uarea->critical = 0;
    exo_env_yield(0);
    CHECK_THAT(c, exposed_env(id)->ticks == its + 1);
    own_all();
    exo_env_destroy(0, id);
}
