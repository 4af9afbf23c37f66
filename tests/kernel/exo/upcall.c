/* SPDX-License-Identifier: MIT */
/* upcall.c -- traps come back to the environment that took them, with exactly what happened, and it
 * goes on by itself. Hostile code is hostile to its own environment only. */
#include "../hostile.h"

#include "exo/libos/exposed.h"
#include "exo/libos/stubs.h"
#include "exo/libos/uarea.h"
#include "exo/libos/upcall/upcall_handle.h"
#include "lib/error.h"
#include "machine/cpu/x86.h"
#include "measure/bench.h"

static void hostile_traps(struct check *c, const struct hostile_case *h) {
    struct upcall_state s = {0};
    bool trapped = upcall_catch(&s, h->attempt, 0);
    if (!trapped || s.trap.vector != h->vector || s.trap.error != h->error)
        check_fail(c, "%s: trapped %d vector %lu error %#lx, expected vector %lu error %#lx",
                   h->name, trapped, s.trap.vector, s.trap.error, h->vector, h->error);
    if (s.trap.address != h->address)
        check_fail(c, "%s: address %#lx, expected %#lx", h->name, s.trap.address, h->address);
    CHECK_THAT(c, exo_null() == 0);
}

CHECK(upcall_hostile, "upcall/hostile_code_ends_in_an_upcall_that_says_what_it_was") {
    for (unsigned i = 0; i < HOSTILE_COUNT; i++)
        if (i != HOSTILE_BY_UMIP && i != HOSTILE_floating_point) /* that they may: vectors.c */
            hostile_traps(c, &hostile_cases[i]);
}

CHECK(upcall_umip, "upcall/umip_hostile_code_does_not_see_descriptor_tables") {
    uint32_t max[4], seven[4] = {0};
    cpuid(0, 0, max);
    if (max[0] >= 7)
        cpuid(7, 0, seven);
    if (seven[2] >> 2 & 1)
        hostile_traps(c, &hostile_cases[HOSTILE_BY_UMIP]);
    else
        check_skip(c, "the CPU has no UMIP");
}

static unsigned skipped;

static void skip_ud2(struct upcall_state *s) {
    skipped += s->trap.vector == TRAP_INVALID;
    s->rbx ^= 0xff; /* a handler may change any register */
    s->trap.rip += 2;
}

CHECK(upcall_resume, "upcall/a_handler_mends_the_trap_and_the_environment_resumes_itself") {
    uint64_t switches = env_info()->env_switches, rbx = 0x1200, r15 = 0x3400;
    skipped = 0;
    upcall_handle(skip_ud2);
    for (int i = 0; i < 3; i++) {
        register uint64_t kept __asm__("r15") = r15;
        __asm__ volatile("ud2" : "+b"(rbx), "+r"(kept) : : "memory");
        r15 = kept;
    }
    upcall_handle(0);
    CHECK_THAT(c, skipped == 3);
    CHECK_THAT(c, rbx == 0x12ff && r15 == 0x3400);
    CHECK_THAT(c, env_info()->env_switches == switches);
}

static unsigned depth, deepest;

/* Traps inside the handler, twice: each upcall must find the frame before it whole. */
static void nest(struct upcall_state *s) {
    uint64_t rip = s->trap.rip;
    if (++depth > deepest)
        deepest = depth;
    if (depth < 3)
        __asm__ volatile("ud2");
    depth--;
    if (s->trap.rip == rip)
        s->trap.rip += 2;
}

CHECK(upcall_nested, "upcall/a_trap_in_the_handler_nests_and_unwinds") {
    deepest = 0;
    upcall_handle(nest);
    __asm__ volatile("ud2" : : : "memory");
    upcall_handle(0);
    CHECK_THAT(c, deepest == 3 && depth == 0);
}

static void trap_in_red_zone(void *arg) {
    /* A leaf's locals below rsp, and a trap. */
    __asm__ volatile("movq $0x5a5a, -8(%%rsp)\n\tmovq $0xa5a5, -128(%%rsp)\n\tud2\n\t"
                     "mov -8(%%rsp), %0\n\tadd -128(%%rsp), %0"
                     : "=r"(*(uint64_t *)arg)
                     :
                     : "memory", "cc");
}

static void skip_on_own_stack(struct upcall_state *s) {
    uint64_t sum = 0;
    s->trap.rip += 2;
    if (++depth == 1)
        trap_in_red_zone(&sum); /* now on the upcall stack */
    skipped += sum == 0xffff;
}

CHECK(upcall_red_zone, "upcall/what_lies_below_rsp_in_the_red_zone_survives") {
    uint64_t sum = 0;
    depth = skipped = 0;
    upcall_handle(skip_on_own_stack);
    trap_in_red_zone(&sum);
    upcall_handle(0);
    CHECK_THAT(c, sum == 0xffff);
    CHECK_THAT(c, depth == 2 && skipped == 1);
    depth = 0;
}

/* Traps within a handler, at any rsp: C code that is called there may count on 16 bytes. */
char upcall_own_stack[1024] __attribute__((aligned(16)));
uint64_t upcall_own_rsp, upcall_trap_at(char *rsp);
void upcall_rsp_entry(void);
__asm__(".pushsection .text\n"
        "upcall_trap_at: mov %rsp, upcall_own_rsp\n\tmov %rdi, %rsp\n\tud2\n"
        "upcall_rsp_entry: mov %rsp, %rax\n\tmov upcall_own_rsp, %rsp\n\tret\n"
        ".popsection");

CHECK(upcall_aligned, "upcall/what_tells_of_a_trap_within_a_handler_lies_on_16_bytes") {
    for (unsigned cut = 0; cut < 16; cut++) {
        char *top = upcall_own_stack + sizeof upcall_own_stack - cut;
        uarea->trap_entry = (uint64_t)upcall_rsp_entry;
        uarea->trap_stack = 0;
        uint64_t rsp = upcall_trap_at(top);
        uarea->trap_entry = 0;
        const struct exo_trap *trap = (const struct exo_trap *)rsp;
        CHECK_THAT(c, trap->vector == TRAP_INVALID && trap->rsp == (uint64_t)top);
        if (rsp % 16 || rsp > (uint64_t)top - sizeof *trap - EXO_RED_ZONE)
            check_fail(c, "%#lx for a stack that is in use from %#lx on", rsp, (uint64_t)top);
    }
}

#define FLAGS (RFLAGS_DF | RFLAGS_AC)
static uint64_t flags_in_handler, flags_told;

static void look_at_flags(struct upcall_state *s) {
    __asm__ volatile("sub $128, %%rsp\n\tpushfq\n\tpop %0\n\tadd $128, %%rsp" /* the red zone */
                     : "=r"(flags_in_handler)
                     :
                     : "cc");
    flags_told = s->trap.rflags;
    s->trap.rip += 2;
}

CHECK(upcall_flags,
      "upcall/the_handler_begins_with_clean_flags_and_the_trapped_code_keeps_its_own") {
    uint64_t after;
    upcall_handle(look_at_flags);
    __asm__ volatile("pushfq\n\tpushfq\n\torq %1, (%%rsp)\n\tpopfq\n\tud2\n\t"
                     "pushfq\n\tpop %0\n\tpopfq"
                     : "=r"(after)
                     : "i"(FLAGS)
                     : "memory", "cc");
    upcall_handle(0);
    CHECK_THAT(c, !(flags_in_handler & (FLAGS | RFLAGS_TF | RFLAGS_NT)));
    CHECK_THAT(c, (flags_told & FLAGS) == FLAGS && (after & FLAGS) == FLAGS);
}

/* The same of all flags that a user may set, by the short path and, within a handler, by the other
 * one; and by that for a trap of each single step. */
#define USER_FLAGS (RFLAGS_TF | RFLAGS_DF | RFLAGS_AC | RFLAGS_NT)
static uint64_t flags_at[4], told_at[4];

static void trap_with_flags(void) {
    __asm__ volatile(
        "sub $128, %%rsp\n\tpushfq\n\torq %0, (%%rsp)\n\tpopfq\n\tud2\n\tadd $128, %%rsp"
        :
        : "i"(USER_FLAGS)
        : "memory", "cc");
}

static void look_at_all_flags(struct upcall_state *s) {
    const unsigned at = depth++;
    look_at_flags(s);
    if (at < 4) {
        flags_at[at] = flags_in_handler;
        told_at[at] = flags_told;
    }
    s->trap.rip -= s->trap.vector == TRAP_DEBUG ? 2 : 0;
    s->trap.rflags &= ~(uint64_t)USER_FLAGS;
    if (at == 0)
        trap_with_flags();
}

CHECK(upcall_all_flags, "upcall/no_flag_of_the_trapped_code_is_the_handlers_by_either_path") {
    depth = 0;
    upcall_handle(look_at_all_flags);
    trap_with_flags();
    __asm__ volatile(
        "sub $128, %%rsp\n\tpushfq\n\torq %0, (%%rsp)\n\tpopfq\n\tnop\n\tadd $128, %%rsp"
        :
        : "i"(RFLAGS_TF)
        : "memory", "cc");
    upcall_handle(0);
    CHECK_THAT(c, depth == 3);
    for (unsigned i = 0; i < 3; i++)
        if (flags_at[i] & USER_FLAGS ||
            (told_at[i] & USER_FLAGS) != (i < 2 ? USER_FLAGS : RFLAGS_TF))
            check_fail(c, "trap %u: %#lx in the handler, %#lx told", i, flags_at[i], told_at[i]);
    depth = 0;
}

static struct exo_trap good;
static uint64_t bad_rip, vectors[4];

/* First resumes at bad_rip; when that traps too, where it should have. */
static void resume_badly(struct upcall_state *s) {
    vectors[depth] = s->trap.vector;
    if (depth++ == 0) {
        good = s->trap;
        s->trap.rip = bad_rip;
    } else {
        s->trap.rip = good.rip + 2;
        s->trap.rsp = good.rsp;
    }
}

CHECK(upcall_bad_resume, "upcall/resuming_where_no_code_can_be_is_a_trap_of_the_environment") {
    static const struct {
        uint64_t rip, vector;
    } bad[] = {{HOSTILE_ODD, TRAP_PROTECTION}, {HOSTILE_TEXT, TRAP_PAGE}, {USER_TOP, TRAP_PAGE}};
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        bad_rip = bad[i].rip;
        depth = 0;
        upcall_handle(resume_badly);
        __asm__ volatile("ud2" : : : "memory");
        upcall_handle(0);
        CHECK_THAT(c, depth == 2 && vectors[0] == TRAP_INVALID && vectors[1] == bad[i].vector);
    }
    depth = 0;
}
