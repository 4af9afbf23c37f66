/* SPDX-License-Identifier: MIT */
/* late.c -- who tries to have more time than his positions: by giving the last one away in its
 * slice, by timers, and by one that he gives his slices to, which keeps the processor after their
 * ends; or to have them for ever, by waiting in a circle. They are clones of this environment;
 * their code is in assembly: what C has in memory is ours. */
#include <stddef.h>

#include "settled.h"

#include "exo/libos/exposed.h"
#include "exo/libos/stubs.h"
#include "exo/libos/time/timer.h"
#include "exo/libos/uarea.h"
#include "exo/libos/yield.h"
#include "measure/bench.h"

#define POSITION 5

/* Whom they name; how often the position goes to and fro; for how many turns of a loop a slice's
 * end is put off. */
uint64_t late_creator, late_self, late_partner, late_rounds, late_turns, late_at, late_passes;
void late_arms(void), late_asks(void), late_asked(void), late_passed(void);
void late_gives_away(void), late_donates(void), late_spins(void), late_overruns(void),
    late_yields(void);
__asm__(".pushsection .text\n"
        "late_gives_away: mov late_rounds, %rbx\n"
        "1: mov late_creator, %rdx\n\t"
        "mov $1, %edi\n\tmov $5, %esi\n\txor %r10d, %r10d\n\tmov $11, %eax\n\tsyscall\n\t"
        "dec %rbx\n\tjz 2f\n\t"
        "mov late_self, %rdx\n\t"
        "mov $1, %edi\n\tmov $5, %esi\n\txor %r10d, %r10d\n\tmov $11, %eax\n\tsyscall\n\t"
        "jmp 1b\n"
        "2: mov $2000000, %ecx\n"
        "3: dec %ecx\n\tjnz 3b\n"
        "late_yields: xor %edi, %edi\n\tmov late_yield, %rax\n\tsyscall\n\tjmp late_yields\n"
        "late_donates: mov late_partner, %rax\n\tshl $32, %rax\n\tor $0x100, %rax\n\tsyscall\n\t"
        "jmp late_donates\n"
        "late_spins: nop\n\tjmp late_spins\n"
        "late_overruns: mov late_turns, %rcx\n"
        "4: dec %rcx\n\tjnz 4b\n\tjmp late_yields\n"
        "late_arms: mov late_at, %rdi\n\tmov $33, %eax\n\tsyscall\n\tjmp late_arms\n"
        "late_asks: mov late_partner, %rax\n\tjmp 5f\n"
        "late_asked: mov late_self, %rax\n"
        "5: shl $32, %rax\n\tor $0x102, %rax\n\tsyscall\n"
        "late_passed: incq late_passes\n\tjmp late_yields\n"
        ".popsection");
_Static_assert(EXO_YIELD == 0x100 && EXO_CALL_slot_set == 11 && EXO_CALL_timer_set == 33 &&
                   EXO_TRANSFER_WAIT == 0x102 && POSITION == 5,
               "in the assembly");
uint64_t late_yield = EXO_CALL_ENV_YIELD;

static const struct cap all = {.rights = CAP_ALL, .valid = 1},
                        one = {.rights = CAP_ALL, .valid = 1, .length = 1, .name = {1}};

static uint64_t self(void) {
    return (uint64_t)exo_env_self();
}

static uint64_t us(uint64_t n) {
    return env_info()->tsc_hz / 1000000 * n;
}

static bool has_clock(struct check *c) {
    if (!env_info()->tsc_hz) {
        check_skip(c, "the machine has no clock of known rate");
        return false;
    }
    slice_handle();
    settle();
    return true;
}

/* A clone of this environment without a stack, whose slices begin and end there. */
static uint64_t clone(void (*begins)(void), void (*ends)(void)) {
    long id = exo_env_clone(0, 0, all, "late", 4, 0);
    const uint64_t begin = (uint64_t)begins, end = (uint64_t)ends;
    if (id <= 0 ||
        exo_env_write(0, (uint64_t)id, offsetof(struct exo_uarea, prologue_entry), &begin, 8) ||
        exo_env_write(0, (uint64_t)id, offsetof(struct exo_uarea, epilogue_entry), &end, 8) ||
        exo_env_start(0, (uint64_t)id))
        return 0;
    return (uint64_t)id;
}

/* How much of the time from now on, for so many us, others have; the longest piece of it. */
static uint64_t others_for(uint64_t time, uint64_t *longest) {
    uint64_t last = __builtin_ia32_rdtsc(), until = last + us(time), others = 0;
    *longest = 0;
    while (last < until) {
        uint64_t now = __builtin_ia32_rdtsc(), gap = now - last;
        others += gap > us(4) ? gap : 0;
        *longest = gap > *longest ? gap : *longest;
        last = now;
    }
    return others;
}

CHECK(late_last, "late/who_gives_its_last_position_away_does_not_keep_the_processor") {
    uint64_t word, longest;
    __builtin_memcpy(&word, &one, sizeof word);
    if (!has_clock(c))
        return;
    for (late_rounds = 1; late_rounds < 10000; late_rounds += 4999) { /* once, and to and fro */
        uint64_t id = clone(late_gives_away, late_yields);
        late_creator = self();
        late_self = id;
        CHECK_THAT(c, id && exo_cap_forge(0, 1, one) == 0 && exo_cap_give(0, id, 1, 1) == 0);
        CHECK_THAT(c, exo_slot_set(0, POSITION, id, word) == 0);
        others_for(13000, &longest);
        CHECK_THAT(c, exo_slot_set(0, POSITION, self(), 0xf) == 0);
        CHECK_THAT(c, exo_env_destroy(0, id) == 0);
        if (longest < us(90) || longest > us(120))
            check_fail(c, "%lu us after %lu rounds", longest / us(1), late_rounds);
    }
}

CHECK(late_given, "late/time_after_the_end_of_a_slice_that_was_given_away_is_the_positions") {
    if (!has_clock(c))
        return;
    uint64_t hog = clone(late_spins, late_overruns), donor = clone(late_donates, late_yields);
    CHECK_THAT(c, hog && donor);
    late_partner = hog;
    late_turns = env_info()->tsc_hz / 1000000 * 60; /* two instructions each: some 120 us */
    for (unsigned i = 0; i < EXO_SLOTS; i++)
        exo_slot_set(0, i, i % 2 ? donor : self(), 0);
    uint64_t longest, others = others_for(60000, &longest);
    for (unsigned i = 0; i < EXO_SLOTS; i++)
        exo_slot_set(0, i, self(), 0);
    for (unsigned i = 0; i < EXO_SLOTS; i++) /* what is forfeited stays the position's */
        while (exposed_slot(i)->forfeited)
            exo_env_yield(0);
    CHECK_THAT(c, exo_env_destroy(0, hog) == 0 && exo_env_destroy(0, donor) == 0);
    CHECK_THAT(c, longest > us(150)); /* it did keep the processor */
    if (others > us(30000))
        check_fail(c, "%lu us of 60000", others / us(1));
}

/* Every other position is this one's, the others are the environment's; nothing is forfeited. */
static void halve(uint64_t env) {
    for (unsigned i = 0; i < EXO_SLOTS; i++)
        exo_slot_set(0, i, i % 2 ? env : self(), 0);
}

CHECK(late_arms, "late/no_timer_that_is_set_again_and_again_puts_off_a_slices_end") {
    if (!has_clock(c))
        return;
    const uint64_t at[] = {0, 1, -1ul, 1ul << 63, __builtin_ia32_rdtsc() + us(1000000)};
    for (unsigned i = 0; i < sizeof at / sizeof at[0]; i++) {
        uint64_t id = clone(late_arms, late_yields), longest;
        late_at = at[i];
        halve(id);
        others_for(5000, &longest);
        halve(self());
        CHECK_THAT(c, id && exo_env_destroy(0, id) == 0);
        if (longest < us(95) || longest > us(115))
            check_fail(c, "timers at %lx: a slice of %lu us", at[i], longest / us(1));
    }
}

CHECK(late_end, "late/a_slice_given_up_at_its_very_end_takes_nothing_from_the_next") {
    if (!has_clock(c))
        return;
    uint64_t id = clone(late_spins, late_yields), shortest = -1ul, none = 0;
    CHECK_THAT(c, id);
    halve(id);
    exo_env_yield(0);
    for (uint64_t early = 0; early < 1500; early += 5) {
        uint64_t begun = __builtin_ia32_rdtsc(), ticks = exposed_env(self())->ticks, now;
        do
            now = __builtin_ia32_rdtsc();
        while (now - begun < us(100) - early);
        exo_env_yield(0);
        none += exposed_env(self())->ticks == ticks;
        uint64_t took = __builtin_ia32_rdtsc() - now;
        shortest = took < shortest ? took : shortest;
    }
    halve(self());
    CHECK_THAT(c, exo_env_destroy(0, id) == 0);
    CHECK_THAT(c, none > 100 && none < 295); /* at some the end came first */
    if (shortest < us(95))
        check_fail(c, "a slice of %lu us", shortest / us(1));
}

static volatile unsigned timers;

static void count_timer(void) {
    timers++;
}

CHECK(late_timer, "late/a_timer_that_is_due_within_a_yield_comes_once_it_is_over") {
    if (!has_clock(c))
        return;
    timers = 0;
    for (unsigned early = 0; early < 400; early++) { /* all positions are this one's */
        uint64_t at = __builtin_ia32_rdtsc() + us(5);
        timer_set(at, count_timer);
        while (__builtin_ia32_rdtsc() < at - early * us(1) / 200)
            ;
        exo_env_yield(0);
        while (__builtin_ia32_rdtsc() < at + us(2))
            ;
        if (timers != early + 1)
            check_fail(c, "%u of %u, %u early", timers, early + 1, early);
    }
    uint64_t at = __builtin_ia32_rdtsc();
    timer_set(1, count_timer); /* in the past: at once */
    while (timers == 400 && __builtin_ia32_rdtsc() - at < us(100))
        ;
    CHECK_THAT(c, timers == 401);
    uarea->critical = 1; /* it is only said then */
    timer_set(1, count_timer);
    at = __builtin_ia32_rdtsc();
    while (__builtin_ia32_rdtsc() - at < us(20))
        ;
    bool waited = timers == 401 && *(volatile uint64_t *)&uarea->timer_due == 1;
    uarea->critical = 0;
    exo_env_yield(0);
    CHECK_THAT(c, waited && timers == 402);
}

CHECK(late_sole, "late/a_budget_ends_slices_of_one_that_has_all_positions_too") {
    if (!has_clock(c))
        return;
    const struct exo_terms tenth = {.budget = 0, .limit = 100000, .period = 1000000}, of = {0};
    for (unsigned i = 0; i < EXO_SLOTS; i++)
        CHECK_THAT(c, exo_slot_terms(0, i, i ? &of : &tenth) == 0);
    uint64_t longest, idle = others_for(20000, &longest);
    for (unsigned i = 0; i < EXO_SLOTS; i++) {
        const struct exo_terms none = {.budget = i};
        CHECK_THAT(c, exo_slot_terms(0, i, &none) == 0);
    }
    if (idle < us(17000) || idle > us(19000)) /* the processor sleeps */
        check_fail(c, "%lu us of 20000 were nobody's", idle / us(1));
}

CHECK(late_circle, "late/slices_of_those_who_wait_for_each_other_end") {
    if (!has_clock(c))
        return;
    const uint64_t entry[3] = {(uint64_t)late_asked, 0, 1};
    for (unsigned oneself = 0; oneself < 2; oneself++) {
        uint64_t a = clone(late_asks, late_yields), b = clone(late_asks, late_yields), longest;
        CHECK_THAT(c, a && b);
        late_self = a;
        late_partner = oneself ? a : b; /* a asks b, which asks a; or itself */
        const uint64_t env[2] = {a, b};
        for (unsigned i = 0; i < 2; i++)
            exo_env_write(0, env[i], UAREA_TRANSFER, entry, sizeof entry);
        exo_env_yield(a);
        CHECK_THAT(c, exposed_env(a)->waits == late_partner);
        CHECK_THAT(c, oneself || exposed_env(b)->waits == a);
        late_passes = 0;
        halve(a);
        others_for(5000, &longest);
        halve(self());
        CHECK_THAT(c, exo_env_destroy(0, a) == 0 && exo_env_destroy(0, b) == 0);
        if (longest > us(115))
            check_fail(c, "a slice of %lu us", longest / us(1));
    }
}

CHECK(late_new, "late/positions_of_one_that_has_not_begun_are_passed_over") {
    if (!has_clock(c))
        return;
    uint64_t longest, id = (uint64_t)exo_env_create(0, all, "new", 16, 0);
    halve(id);
    others_for(2000, &longest);
    exo_env_yield(0);
    halve(self());
    CHECK_THAT(c, exposed_env(id)->state == EXO_ENV_NEW && longest < us(10));
    CHECK_THAT(c, exo_env_destroy(0, id) == 0);
}
