/* SPDX-License-Identifier: MIT */
/* clone.c -- environments that share this one's address space. Their code is in assembly: what C
 * has in memory is ours. */
#include "program/attacks.h"

#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/spawn.h"
#include "exo/libos/stubs.h"
#include "exo/libos/uarea.h"
#include "exo/libos/upcall/upcall_handle.h"
#include "exo/libos/yield.h"
#include "lib/error.h"
#include "machine/trap/trap.h"
#include "machine/types.h"
#include "measure/bench.h"

#define AT 0x560000000000ul

/* What clones find in memory: where a clone maps its page, or which frame it pins 20 times, whom it
 * yields to then; whom two that spin hand their slice to at its end. */
struct exo_pages clone_page;
uint64_t clone_frame, clone_creator, clone_partner[2], clone_count;
void clone_maps(void), clone_traps(void), clone_pins(void), clone_spins_0(void),
    clone_spins_1(void), clone_ends_0(void), clone_ends_1(void);
__asm__(".pushsection .text\n"
        "clone_maps: xor %edi, %edi\n\txor %esi, %esi\n\txor %edx, %edx\n\tlea clone_page, %r10\n\t"
        "mov $1, %r8d\n\txor %r9d, %r9d\n\tmov $9, %eax\n\tsyscall\n\t"
        "mov clone_page, %rdx\n\tand $-8, %rdx\n\tadd %rax, (%rdx)\n\tincq clone_count\n\t"
        "mov clone_creator, %rax\n\tshl $32, %rax\n\tor $0x100, %rax\n\tsyscall\n\tud2\n"
        "clone_traps: ud2\n"
        "clone_pins: mov $20, %ebx\n"
        "1: xor %edi, %edi\n\tmov clone_frame, %rsi\n\tmov $27, %eax\n\tsyscall\n\t"
        "dec %ebx\n\tjnz 1b\n\t"
        "mov clone_creator, %rax\n\tshl $32, %rax\n\tor $0x100, %rax\n\tsyscall\n\tud2\n"
        ".irp n, 0, 1\n"
        "clone_spins_\\n: nop\n\tjmp clone_spins_\\n\n"
        "clone_ends_\\n: mov clone_partner + 8 * \\n, %rax\n\tshl $32, %rax\n\tor $0x100, %rax\n\t"
        "syscall\n\tjmp clone_ends_\\n\n"
        ".endr\n"
        ".popsection");
_Static_assert(EXO_YIELD == 0x100 && EXO_CALL_PAGE_UPDATE == 9 && EXO_CALL_frame_pin == 27,
               "in the assembly");

static const struct cap all = {.rights = CAP_ALL, .valid = 1};

static uint64_t self(void) {
    return (uint64_t)exo_env_self();
}

/* A clone of this environment that begins at `entry`, without a stack. */
static uint64_t clone_with(void (*entry)(void), uint64_t flags) {
    long id = exo_env_clone(0, 0, all, "clone", 4, flags);
    const uint64_t begins[2] = {(uint64_t)entry, 0};
    if (id <= 0 || exo_cap_give(0, (uint64_t)id, 0, 0) ||
        exo_env_write(0, (uint64_t)id, UAREA_PROLOGUE_ENTRY, begins, sizeof begins) ||
        exo_env_start(0, (uint64_t)id))
        return 0;
    return (uint64_t)id;
}

static uint64_t clone(void (*entry)(void)) {
    return clone_with(entry, 0);
}

CHECK(clone_mappings, "clone/two_in_one_address_space_see_each_others_mappings") {
    uint64_t frames = frames_free(), frame = frames_pick_run(1) << 12;
    clone_page = (struct exo_pages){AT | EXO_FRESH | EXO_ZEROED,
                                    frame | EXO_PRESENT | EXO_WRITE | EXO_NO_EXEC, 1};
    clone_creator = self();
    clone_count = 0;
    uint64_t id = clone(clone_maps);
    CHECK_THAT(c, id && exo_env_yield(id) == 0);
    CHECK_THAT(c, clone_count == 1 && *(volatile uint64_t *)AT == 1); /* it mapped one page */
    const struct exo_pages none = {AT, 0, 1};
    CHECK_THAT(c, exo_page_update(0, 0, 0, &none, 1, 0) == 1);
    CHECK_THAT(c, exo_env_yield(id) == 0); /* what is not there for one is not for the other */
    CHECK_THAT(c, clone_count == 2 && *(volatile uint64_t *)AT == 1);
    CHECK_THAT(c, exo_page_update(0, 0, 0, &none, 1, 0) == 1);
    CHECK_THAT(c, exo_env_destroy(0, id) == 0);
    CHECK_THAT(c, frames_free() >= frames - 4); /* the u-areas' table stays */
}

/* What it leaves on its stack, which is ours to read, says where the kernel sent it: to an address
 * that a processor may take, and not into a fault of the kernel's. */
CHECK(clone_upcall, "upcall/an_entry_that_is_no_address_is_the_end_of_user_space") {
    static const uint64_t entries[] = {USER_TOP, USER_TOP + 4096, 1ul << 63, -1ul};
    CHECK_THAT(c, frames_map(0, 0, 0, AT, 1, EXO_WRITE | EXO_NO_EXEC) == 0);
    for (unsigned i = 0; i < sizeof entries / sizeof entries[0]; i++) {
        const uint64_t traps[2] = {entries[i], AT + 4096};
        const struct exo_trap *second =
            (const struct exo_trap *)(AT + 4096 - EXO_RED_ZONE - sizeof *second);
        uint64_t id = clone_with(clone_traps, EXO_FAULT_EXPECTED);
        CHECK_THAT(c, id && exo_env_write(0, id, UAREA_TRAP_ENTRY, traps, sizeof traps) == 0);
        CHECK_THAT(c, exo_env_yield(id) == 0 && exposed_env(id)->state == EXO_ENV_KILLED);
        if (second->vector != TRAP_PAGE || second->rip != USER_TOP)
            check_fail(c, "entry %#lx: vector %lu at %#lx", entries[i], second->vector,
                       second->rip);
    }
    const struct exo_pages none = {AT, 0, 1};
    CHECK_THAT(c, exo_page_update(0, 0, 0, &none, 1, 0) == 1);
}

CHECK(clone_asked, "clone/of_one_pins_are_taken_and_no_page_of_who_it_shares_with") {
    uint64_t frame = frames_pick(env_info()->frame_count / 2);
    const uint64_t entry = frame << 12 | EXO_PRESENT | EXO_NO_EXEC,
                   what[2] = {AT, frame << 12 | EXO_PHYSICAL};
    const struct exo_pages p = {AT | EXO_FRESH, entry, 1}, none = {AT, 0, 1};
    CHECK_THAT(c, exo_page_update(0, 0, 0, &p, 1, 0) == 1);
    clone_frame = frame;
    clone_creator = self();
    uint64_t id = clone(clone_pins);
    CHECK_THAT(c, id && exo_env_yield(id) == 0 && exposed_frame(frame)->pins == 20);
    CHECK_THAT(c, exo_env_revoke(0, id, 4, EXO_REVOKE_NS_LEAST) == 4);
    long taken;
    do
        taken = exo_env_repossess(0, id, what, 2);
    while (taken == -E_AGAIN);
    CHECK_THAT(c, taken == 2 && exposed_frame(frame)->pins == 19);
    CHECK_THAT(c, exposed_entry(AT) & EXO_PRESENT);
    CHECK_THAT(c, exo_env_destroy(0, id) == 0 && exo_page_update(0, 0, 0, &none, 1, 0) == 1);
}

static void read_word(void *at) {
    *(volatile uint64_t *)at;
}

CHECK(clone_uarea, "clone/the_u_area_of_one_that_ended_is_nobodys") {
    uint64_t id = clone(clone_maps), at = EXO_UAREAS + id % EXO_ENVS * 4096;
    struct upcall_state s = {0};
    CHECK_THAT(c, id && !upcall_catch(&s, read_word, (void *)at));
    CHECK_THAT(c, exo_env_destroy(0, id) == 0);
    while (frames_await())
        ;
    CHECK_THAT(c, upcall_catch(&s, read_word, (void *)at) && s.trap.vector == TRAP_PAGE);
}

CHECK(clone_refused,
      "clone/of_one_that_is_not_the_callers_none_is_made_nor_more_than_there_may_be") {
    static const struct cap one = {.rights = CAP_ALL, .valid = 1, .length = 1, .name = {1}};
    static uint64_t id[EXO_CLONES];
    long other = exo_env_create(0, all, "other", 16, 0);
    exo_cap_forge(0, 1, one);
    CHECK_THAT(c, other > 0);
    CHECK_THAT(c, exo_env_clone(1, (uint64_t)other, one, "clone", 4, 0) == -E_PERM);
    CHECK_THAT(c, exo_env_clone(0, (uint64_t)other + EXO_ENVS, all, "clone", 4, 0) == -E_DEAD);
    CHECK_THAT(c, exo_env_clone(0, (uint64_t)other, all, "clone", 0, 0) == -E_QUOTA);
    for (unsigned i = 0; i < EXO_CLONES; i++) {
        id[i] = (uint64_t)exo_env_clone(0, (uint64_t)other, all, "clone", 4, 0);
        CHECK_THAT(c, exposed_env(id[i]));
    }
    CHECK_THAT(c, exo_env_clone(0, (uint64_t)other, all, "clone", 4, 0) == -E_FULL);
    CHECK_THAT(c, exo_env_clone(0, id[0], all, "clone", 4, 0) == -E_FULL); /* of the same space */
    CHECK_THAT(c, exo_env_destroy(0, id[5]) == 0);
    id[5] = (uint64_t)exo_env_clone(0, id[0], all, "clone", 4, 0);
    CHECK_THAT(c, exposed_env(id[5]));
    CHECK_THAT(c, exo_env_destroy(0, (uint64_t)other) == 0); /* they end with it */
    for (unsigned i = 0; i < EXO_CLONES; i++)
        CHECK_THAT(c, exposed_env(id[i])->state == EXO_ENV_KILLED);
    while (frames_await())
        ;
    CHECK_THAT(c, env_info()->env_unfreed == 0);
}

/* Earlier checks may have kept the processor for longer than their slices: it is taken from
 * positions that are in this check's hands. */
static void nothing_is_forfeited(void) {
    for (unsigned i = 0; i < EXO_SLOTS; i++)
        while (exposed_slot(i)->forfeited)
            exo_env_yield(0);
}

CHECK(clone_bounce, "clone/epilogues_that_bounce_between_two_end_at_the_bound") {
    if (!env_info()->tsc_hz) {
        check_skip(c, "the machine has no clock of known rate");
        return;
    }
    uint64_t a = clone(clone_spins_0), b = clone(clone_spins_1), us = env_info()->tsc_hz / 1000000;
    const uint64_t ends[2] = {(uint64_t)clone_ends_0, (uint64_t)clone_ends_1};
    CHECK_THAT(c, a && b);
    exo_env_write(0, a, offsetof(struct exo_uarea, epilogue_entry), &ends[0], 8);
    exo_env_write(0, b, offsetof(struct exo_uarea, epilogue_entry), &ends[1], 8);
    clone_partner[0] = b;
    clone_partner[1] = a;
    slice_handle();
    nothing_is_forfeited();
    for (unsigned i = 0; i < EXO_SLOTS; i++)
        exo_slot_set(0, i, i % 4 < 2 ? self() : i % 4 == 2 ? a : b, 0);
    while (env_info()->position % EXO_SLOTS == 0)
        ;
    while (env_info()->position % EXO_SLOTS)
        ;
    uint64_t begin = __builtin_ia32_rdtsc(), last = begin, others = 0, at = 0;
    for (uint64_t passed = 0; passed < EXO_SLOTS;) { /* a whole round, wherever it began */
        uint64_t position = env_info()->position, now = __builtin_ia32_rdtsc();
        others += now - last > 4 * us ? now - last : 0;
        last = now;
        passed += (position - at) % EXO_SLOTS;
        at = position;
    }
    for (unsigned i = 0; i < EXO_SLOTS; i++)
        exo_slot_set(0, i, self(), 0);
    CHECK_THAT(c, exposed_env(a)->excess == 0 && exposed_env(b)->excess == 0);
    CHECK_THAT(c, exo_env_destroy(0, a) == 0 && exo_env_destroy(0, b) == 0);
    uint64_t mine = (last - begin - others) / us, theirs = others / us;
    if (mine < 6400 * 99 / 100 || mine > 6400 * 102 / 100 || theirs > 6400 * 102 / 100)
        check_fail(c, "%lu us of 6400, and %lu of theirs", mine, theirs);
}
