/* SPDX-License-Identifier: MIT */
/* begins.c -- where a slice begins, ends, and a timer comes, if the entry is no address of a
 * user's; what a directed yield leaves of the yielder, and of what has ended. The others are clones
 * of this environment; their code is in assembly: what C has in memory is ours. */
#include <stddef.h>

#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/stubs.h"
#include "exo/libos/uarea.h"
#include "exo/libos/yield.h"
#include "machine/types.h"
#include "measure/bench.h"

/* Whom they yield to; whom they call; where it stands whether they sleep, and what it says. */
uint64_t begins_creator, begins_callee, begins_asleep_at, begins_asleep, begins_selectors;
uint64_t begins_sleep = EXO_CALL_ENV_SLEEP, begins_predicate = EXO_CALL_predicate_set;
const uint64_t begins_never[2] = {0xb7, 0x95}; /* r0 = 0 */
void begins_yields(void), begins_tells(void), begins_sleeps(void), begins_woken(void),
    begins_calls(void);
__asm__(".pushsection .text\n"
        "begins_tells: mov %es, %eax\n\tmov %rax, begins_selectors\n"
        "begins_yields: mov begins_creator, %rax\n\tshl $32, %rax\n\tor $0x100, %rax\n\tsyscall\n\t"
        "jmp begins_yields\n"
        "begins_sleeps: lea begins_never, %rdi\n\tmov $16, %esi\n\txor %edx, %edx\n\t"
        "xor %r10d, %r10d\n\txor %r8d, %r8d\n\txor %r9d, %r9d\n\tmov begins_predicate, %rax\n\t"
        "syscall\n\tmov begins_sleep, %rax\n\tsyscall\n\tud2\n"
        "begins_woken: mov begins_asleep_at, %rcx\n\tmovzwl (%rcx), %eax\n\t"
        "mov %rax, begins_asleep\n\tjmp begins_yields\n"
        "begins_calls: mov begins_callee, %rax\n\tshl $32, %rax\n\tor $0x101, %rax\n\tsyscall\n\t"
        "ud2\n"
        ".popsection");
_Static_assert(EXO_YIELD == 0x100 && EXO_TRANSFER == 0x101, "in the assembly");

static const struct cap all = {.rights = CAP_ALL, .valid = 1};

static void set_word(uint64_t env, size_t offset, uint64_t word) {
    exo_env_write(0, env, offset, &word, sizeof word);
}
#define SET(env, field, word) set_word(env, offsetof(struct exo_uarea, field), (uint64_t)(word))

/* A clone without a stack, whose slices begin there. Its traps yield, too. */
static uint64_t clone(void (*begins)(void)) {
    long id = exo_env_clone(0, 0, all, "begins", 4, 0);
    if (id <= 0)
        return 0;
    begins_creator = (uint64_t)exo_env_self();
    SET((uint64_t)id, prologue_entry, begins);
    SET((uint64_t)id, epilogue_entry, begins_yields);
    SET((uint64_t)id, trap_entry, begins_yields);
    SET((uint64_t)id, trap_stack, 16);
    return exo_env_start(0, (uint64_t)id) ? 0 : (uint64_t)id;
}

static uint64_t trapped_at(uint64_t env) {
    uint64_t rip = 0;
    exo_env_read(0, env, offsetof(struct exo_uarea, trap.rip), &rip, sizeof rip);
    return rip;
}

/* An address of nobody's is one of USER_TOP's from there on, which faults. */
CHECK(begins_nowhere, "begins/an_entry_that_is_no_address_of_a_users_is_a_fault_of_ones_own") {
    static const uint64_t nowhere[] = {1ul << 63, 0xffffffff80200000, 1ul << 47, USER_TOP};
    for (unsigned i = 0; i < sizeof nowhere / sizeof nowhere[0]; i++) {
        uint64_t id = clone(begins_yields);
        CHECK_THAT(c, id);
        SET(id, prologue_entry, nowhere[i]);
        exo_env_yield(id);
        uint64_t rip = trapped_at(id);
        exo_env_destroy(0, id);
        if (rip != USER_TOP)
            check_fail(c, "a slice that begins at %lx trapped at %lx", nowhere[i], rip);
    }
}

void begins_spins(void), begins_arms(void);
uint64_t begins_at, begins_timer = EXO_CALL_timer_set;
__asm__(".pushsection .text\n"
        "begins_arms: mov begins_at, %rdi\n\tmov begins_timer, %rax\n\tsyscall\n"
        "begins_spins: nop\n\tjmp begins_spins\n.popsection");

CHECK(begins_ends, "begins/where_a_slice_ends_or_a_timer_comes_is_an_address_of_a_users") {
    if (!env_info()->tsc_hz) {
        check_skip(c, "the machine has no clock of known rate");
        return;
    }
    slice_handle();
    for (unsigned timer = 0; timer < 2; timer++) {
        uint64_t id = clone(timer ? begins_arms : begins_spins);
        CHECK_THAT(c, id);
        begins_at = 1; /* long past */
        SET(id, epilogue_entry, timer ? (uint64_t)begins_yields : 1ul << 63);
        SET(id, timer_entry, 1ul << 63);
        for (unsigned i = 0; i < EXO_SLOTS; i++)
            exo_slot_set(0, i, i % 2 ? id : (uint64_t)exo_env_self(), 0);
        for (unsigned i = 0; i < 4 && !trapped_at(id); i++)
            exo_env_yield(0);
        for (unsigned i = 0; i < EXO_SLOTS; i++)
            exo_slot_set(0, i, (uint64_t)exo_env_self(), 0);
        uint64_t rip = trapped_at(id);
        exo_env_destroy(0, id);
        if (rip != USER_TOP)
            check_fail(c, "%s at %lx", timer ? "a timer" : "an end", rip);
    }
}

CHECK(begins_selector, "begins/a_yield_leaves_no_segment_selector_behind") {
    uint64_t id = clone(begins_tells);
    CHECK_THAT(c, id);
    begins_selectors = 1;
    __asm__ volatile("mov %%ss, %%eax\n\tmov %%eax, %%es" : : : "eax");
    exo_env_yield(id);
    __asm__ volatile("xor %%eax, %%eax\n\tmov %%eax, %%es" : : : "eax");
    exo_env_destroy(0, id);
    CHECK_THAT(c, begins_selectors == 0);
}

CHECK(begins_awake, "begins/who_is_yielded_to_and_who_yields_is_awake") {
    uint64_t id = clone(begins_sleeps), caller = clone(begins_calls);
    CHECK_THAT(c, id && caller);
    const volatile struct exo_env *e = exposed_env(id);
    begins_asleep_at = (uint64_t)&e->asleep;
    exo_env_yield(id); /* the next slice is this one's again */
    CHECK_THAT(c, e->state == EXO_ENV_READY && e->asleep);
    SET(id, prologue_entry, begins_woken);
    begins_asleep = 1;
    exo_env_yield(id);
    CHECK_THAT(c, begins_asleep == 0 && !e->asleep);
    SET(id, prologue_entry, begins_sleeps);
    exo_env_yield(id);
    CHECK_THAT(c, e->asleep);
    SET(id, transfer_entry, begins_woken); /* a sleeper serves, and then it yields */
    SET(id, transfer_takes, 1);
    begins_callee = id;
    exo_env_yield(caller);
    CHECK_THAT(c, begins_asleep == 1 && !e->asleep);
    exo_env_destroy(0, id);
    exo_env_destroy(0, caller);
}

CHECK(begins_buries, "begins/directed_yields_free_what_has_ended_too") {
    long big = exo_env_create(0, all, "big", 64, 0);
    uint64_t id = clone(begins_yields);
    CHECK_THAT(c, big > 0 && id);
    CHECK_THAT(c, frames_map(0, (uint64_t)big, 0, 0x530000000000, 1000, EXO_NO_EXEC) == 0);
    CHECK_THAT(c, exo_env_destroy(0, (uint64_t)big) == 0 && env_info()->env_unfreed);
    for (unsigned i = 0; i < 100; i++)
        exo_env_yield(id);
    CHECK_THAT(c, !env_info()->env_unfreed);
    exo_env_destroy(0, id);
}
