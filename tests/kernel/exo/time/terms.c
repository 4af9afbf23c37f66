/* SPDX-License-Identifier: MIT */
/* terms.c -- how long slices are: budgets, what is kept of time that was not used, timers of one's
 * own; and who tries to keep the processor. The others are the program `attacker`. */
#include "../program/attacks.h"
#include "../settled.h"

#include "exo/libos/exposed.h"
#include "exo/libos/spawn.h"
#include "exo/libos/stubs.h"
#include "exo/libos/time/timer.h"
#include "exo/libos/uarea.h"
#include "exo/libos/yield.h"
#include "lib/error.h"
#include "machine/trap/trap.h"
#include "measure/bench.h"

static const struct exo_terms none;

static uint64_t self(void) {
    return (uint64_t)exo_env_self();
}

static uint64_t us(uint64_t n) {
    return env_info()->tsc_hz / 1000000 * n;
}

static uint64_t word_of(uint64_t env, unsigned own) {
    uint64_t word = 0;
    exo_env_read(0, env, offsetof(struct exo_uarea, own) + own * 8, &word, 8);
    return word;
}

static void set_word(uint64_t env, uint64_t word) {
    exo_env_write(0, env, offsetof(struct exo_uarea, own), &word, 8);
}

/* Everything is this one's again, with no terms. */
static void own_all(void) {
    struct exo_terms t = none;
    for (unsigned i = 0; i < EXO_SLOTS; i++) {
        t.budget = i;
        if (exposed_slot(i)->env != self())
            exo_slot_set(0, i, self(), 0);
        if (exposed_slot(i)->keeps || exposed_slot(i)->limit || exposed_slot(i)->budget != i)
            exo_slot_terms(0, i, &t);
    }
}

/* One more attacker; 0: there is no clock, or no attacker, and the check is over. */
static uint64_t attacker(struct check *c, uint64_t attack) {
    if (!env_info()->tsc_hz) {
        check_skip(c, "the machine has no clock of known rate");
        return 0;
    }
    long id = spawn(0, "attacker", attack | self() << 32, SPAWN_NO_GRANT, 0);
    if (id <= 0)
        check_fail(c, "no attacker: %ld", id);
    slice_handle();
    settle();
    return id > 0 ? (uint64_t)id : 0;
}

/* How much of the time from now on others have, until `until` by the TSC: the clock jumps then. */
static uint64_t others_until(uint64_t until) {
    uint64_t last = __builtin_ia32_rdtsc(), others = 0;
    while (last < until) {
        uint64_t now = __builtin_ia32_rdtsc();
        if (now - last > us(4))
            others += now - last;
        last = now;
    }
    return others;
}

CHECK(terms_refused, "terms/what_is_no_terms_or_not_the_callers_is_refused") {
    static const struct cap one = {.rights = CAP_ALL, .valid = 1, .length = 1, .name = {1}};
    static const struct exo_terms bad[] = {
        {.budget = EXO_SLOTS},
        {.keeps = EXO_KEEPS_MOST + 1},
        {.keeps = -1ul},
        {.limit = 1},
        {.limit = 101, .period = 100},
        {.limit = 1, .period = EXO_PERIOD_MOST + 1},
    };
    exo_cap_forge(0, 1, one);
    CHECK_THAT(c, exo_slot_terms(0, EXO_SLOTS, &none) == -E_INVALID);
    CHECK_THAT(c, exo_slot_terms(0, 5, (const struct exo_terms *)16) == -E_FAULT);
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (exo_slot_terms(0, 5, &bad[i]) != -E_INVALID)
            check_fail(c, "terms %u were taken", i);
    const struct exo_terms own = {.budget = 5}, anothers = {.budget = 6};
    uint64_t word;
    __builtin_memcpy(&word, &one, sizeof word);
    CHECK_THAT(c, exo_slot_terms(1, 5, &own) == -E_PERM);
    CHECK_THAT(c, exo_slot_set(0, 5, self(), word) == 0);
    CHECK_THAT(c, exo_slot_terms(1, 5, &own) == 0);
    CHECK_THAT(c, exo_slot_terms(1, 5, &anothers) == -E_PERM);
    CHECK_THAT(c, exo_slot_set(0, 5, self(), 0xf) == 0);
}

CHECK(terms_budget, "terms/a_hog_with_a_tenth_gets_a_tenth_and_is_told_of_each_time_out") {
    uint64_t id = attacker(c, ATTACK_HOG);
    if (!id)
        return;
    const struct exo_terms tenth = {.budget = 1, .limit = 1000000, .period = 10000000};
    const struct exo_terms shares = {.budget = 1};
    for (unsigned i = 1; i < EXO_SLOTS; i += 2) {
        exo_slot_set(0, i, id, 0);
        CHECK_THAT(c, exo_slot_terms(0, i, i == 1 ? &tenth : &shares) == 0);
    }
    uint64_t begin = __builtin_ia32_rdtsc(), others = others_until(begin + us(50000));
    uint64_t timeouts = word_of(id, 0);
    own_all();
    CHECK_THAT(c, exo_env_destroy(0, id) == 0);
    if (others < us(4500) || others > us(5500))
        check_fail(c, "%lu of 50000 us", others / us(1));
    if (timeouts < 4 || timeouts > 6)
        check_fail(c, "%lu time-outs in 5 periods", timeouts);
}

CHECK(terms_donated, "terms/who_is_given_a_slice_spends_the_budget_of_who_gave_it") {
    uint64_t id = attacker(c, ATTACK_TIMER); /* yields to this one */
    if (!id)
        return;
    const struct exo_terms tenth = {.budget = 1, .limit = 1000000, .period = 10000000};
    const struct exo_terms shares = {.budget = 1};
    for (unsigned i = 1; i < EXO_SLOTS; i += 2) {
        exo_slot_set(0, i, id, 0);
        CHECK_THAT(c, exo_slot_terms(0, i, i == 1 ? &tenth : &shares) == 0);
    }
    uint64_t begin = __builtin_ia32_rdtsc(), before = uarea->timeouts;
    while (__builtin_ia32_rdtsc() - begin < us(50000))
        ;
    uint64_t timeouts = uarea->timeouts - before;
    own_all();
    CHECK_THAT(c, exo_env_destroy(0, id) == 0);
    if (timeouts < 4 || timeouts > 6)
        check_fail(c, "%lu time-outs in 5 periods", timeouts);
}

CHECK(terms_keeps, "terms/who_sleeps_long_keeps_what_his_position_keeps_and_no_more") {
    uint64_t id = attacker(c, ATTACK_BURST);
    if (!id)
        return;
    const struct exo_terms three = {.budget = 5, .keeps = 3 * EXO_SLICE_NS};
    exo_slot_set(0, 5, id, 0);
    CHECK_THAT(c, exo_slot_terms(0, 5, &three) == 0);
    while (exposed_slot(5)->kept <
           three.keeps) /* it sleeps, for some revolutions more than so many */
        exo_env_yield(0);
    for (unsigned i = 0; i < 8 * EXO_SLOTS; i++)
        exo_env_yield(0);
    CHECK_THAT(c, exposed_slot(5)->kept == three.keeps);
    set_word(id, 1);
    uint64_t ticks = exposed_env(id)->ticks;
    while (exposed_env(id)->ticks == ticks)
        exo_env_yield(0);
    uint64_t ran = word_of(id, 2) - word_of(id, 1);
    own_all();
    exo_env_destroy(0, id);
    if (ran < us(380) || ran > us(405))
        check_fail(c, "%lu us in one slice", ran / us(1));
}

CHECK(terms_positions, "terms/the_owner_of_positions_3_and_67_runs_at_these") {
    uint64_t id = attacker(c, ATTACK_SPIN), at[5], position[5];
    if (!id)
        return;
    exo_slot_set(0, 3, id, 0);
    exo_slot_set(0, 67, id, 0);
    for (unsigned i = 0; i < 5; i++) {
        uint64_t ticks = exposed_env(id)->ticks;
        while (exposed_env(id)->ticks == ticks)
            __asm__ volatile("nop");
        at[i] = __builtin_ia32_rdtsc();
        position[i] = env_info()->position;
    }
    own_all();
    exo_env_destroy(0, id);
    for (unsigned i = 0; i < 4; i++) {
        CHECK_THAT(c, position[i] == 4 || position[i] == 68);
        CHECK_THAT(c, position[i] != position[i + 1]);
        uint64_t gap = (at[i + 1] - at[i]) / us(1);
        if (gap < 6400 || gap > 6464)
            check_fail(c, "%lu us between them", gap);
    }
}

/* --- One's own timer --- */

static volatile unsigned fired;
static volatile uint64_t timer_next;

static void fire(void) {
    fired++;
    timer_next += us(1000);
    timer_set(timer_next, fire);
}

CHECK(terms_timer, "terms/a_timer_of_1_kHz_comes_in_slices_of_ones_own_each_time") {
    uint64_t id = attacker(c, ATTACK_SPIN);
    if (!id)
        return;
    for (unsigned i = 0; i < EXO_SLOTS; i++) /* so that some come due in the other's */
        if (i % 16 >= 8)
            exo_slot_set(0, i, id, 0);
    fired = 0;
    uint64_t begin = __builtin_ia32_rdtsc(), switches = env_info()->env_switches, latest = 0;
    timer_next = begin + us(1000);
    timer_set(timer_next, fire);
    while (__builtin_ia32_rdtsc() - begin < us(20500)) {
        uint64_t next = timer_next, now = __builtin_ia32_rdtsc();
        if (next == timer_next && now > next && now - next > latest)
            latest = now - next;
    }
    exo_timer_set(0);
    own_all();
    exo_env_destroy(0, id);
    CHECK_THAT(c, env_info()->env_switches - switches < 230); /* none of them was a switch */
    if (fired != 20)
        check_fail(c, "%u times in 20 ms", fired);
    CHECK_THAT(c, latest < us(5)); /* what came due in the other's slices comes first of all */
}

CHECK(terms_timer_own, "terms/the_timer_of_one_that_gave_its_slice_away_interrupts_nobody") {
    uint64_t id = attacker(c, ATTACK_TIMER);
    if (!id)
        return;
    for (unsigned i = 0; i < EXO_SLOTS; i++)
        exo_slot_set(0, i, i % 2 ? id : self(), 0);
    uint64_t due = 0, begin = __builtin_ia32_rdtsc();
    while (!due && __builtin_ia32_rdtsc() - begin < us(1000))
        exo_env_read(0, id, offsetof(struct exo_uarea, timer_due), &due, 8);
    own_all();
    CHECK_THAT(c, exo_env_destroy(0, id) == 0);
    CHECK_THAT(c, due == 1);
}

/* --- Who tries to keep the processor --- */

CHECK(terms_bounce, "terms/two_that_hand_each_other_the_slice_from_their_epilogues_get_no_more") {
    uint64_t a = attacker(c, ATTACK_BOUNCE);
    uint64_t b = a ? attacker(c, ATTACK_BOUNCE) : 0;
    if (!b)
        return;
    for (unsigned i = 0; i < 4; i++) { /* both look for the other's name from now on */
        exo_env_yield(a);
        exo_env_yield(b);
    }
    set_word(a, b);
    set_word(b, a);
    for (unsigned i = 0; i < 126; i++)
        exo_slot_set(0, i, i % 3 ? (i % 3 == 1 ? a : b) : self(), 0);
    exo_slot_set(0, 126, a, 0);
    exo_slot_set(0, 127, b, 0);
    uint64_t begin = __builtin_ia32_rdtsc(), others = others_until(begin + us(38400));
    uint64_t mine = (__builtin_ia32_rdtsc() - begin - others) / us(1);
    own_all();
    exo_env_destroy(0, a);
    exo_env_destroy(0, b);
    if (mine < 12600 * 99 / 100 || mine > 12600 * 101 / 100)
        check_fail(c, "%lu us of 12600", mine);
}

static void ends_at_the_bound(struct check *c, enum attack attack) {
    uint64_t id = attacker(c, attack);
    if (!id)
        return;
    for (unsigned i = 0; i < EXO_SLOTS; i += 2)
        exo_slot_set(0, i, id, 0);
    const volatile struct exo_env *e = exposed_env(id);
    uint64_t begin = __builtin_ia32_rdtsc();
    while (e->state == EXO_ENV_READY && __builtin_ia32_rdtsc() - begin < us(5000))
        exo_env_yield(0);
    own_all();
    CHECK_THAT(c, e->state == EXO_ENV_KILLED && e->ended == TRAP_TIMER && e->ticks == 1);
}

CHECK(terms_critical, "terms/a_critical_section_that_never_ends_is_ended") {
    ends_at_the_bound(c, ATTACK_CRITICAL);
}

CHECK(terms_storm, "terms/a_storm_of_faults_at_a_slices_end_is_ended") {
    ends_at_the_bound(c, ATTACK_STORM);
}
