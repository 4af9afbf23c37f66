/* SPDX-License-Identifier: MIT */
/* reclaim.c -- pages are asked back from an environment, and then taken. Some victims never run:
 * they are but books. Others are the program `attacker`. */
#include "../program/attacks.h"

#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/spawn.h"
#include "exo/libos/stubs.h"
#include "exo/libos/yield.h"
#include "lib/error.h"
#include "measure/bench.h"

#define PAGES        40
#define UAREA(field) __builtin_offsetof(struct exo_uarea, field)

static const struct cap control = {.rights = CAP_ALL, .valid = 1, .length = 1, .name = {9}},
                        other = {.rights = CAP_ALL, .valid = 1, .length = 1, .name = {8}};

/* One with PAGES pages from ATTACK_PAGES on, which does not run; slots 1 and 2 may write it, and
 * may not. */
static uint64_t victim(void) {
    long id = exo_env_create(0, control, "victim", 16, 0);
    exo_cap_forge(0, 1, control);
    exo_cap_forge(0, 2, other);
    return frames_map(0, (uint64_t)id, 1, ATTACK_PAGES, PAGES, EXO_WRITE | EXO_NO_EXEC)
               ? 0
               : (uint64_t)id;
}

static uint64_t word_of(uint64_t env, uint64_t offset) {
    uint64_t word = 0;
    exo_env_read(0, env, offset, &word, sizeof word);
    return word;
}

/* Takes `count` pages from number `first` on, as soon as that is allowed. */
static long take(uint64_t env, unsigned first, unsigned count) {
    uint64_t vector[PAGES];
    long done = 0, some;
    for (unsigned i = 0; i < count; i++)
        vector[i] = ATTACK_PAGES + (first + i) * 4096ul;
    do {
        some = exo_env_repossess(1, env, vector + done, count - (unsigned)done);
        done += some > 0 ? some : 0;
    } while (some == -E_AGAIN || (some > 0 && done < count));
    return done ? done : some;
}

CHECK(reclaim_asked, "reclaim/an_environment_is_asked_by_whom_it_must_heed_and_has_its_time") {
    uint64_t env = victim(), page = ATTACK_PAGES;
    CHECK_THAT(c, env && exo_env_revoke(2, env, 4, EXO_REVOKE_NS_LEAST) == -E_PERM);
    CHECK_THAT(c, exo_env_revoke(1, env + EXO_ENVS, 4, EXO_REVOKE_NS_LEAST) == -E_DEAD);
    exo_cap_forge(0, 3, (struct cap){.rights = CAP_READ, .valid = 1, .length = 1, .name = {9}});
    CHECK_THAT(c, exo_env_revoke(3, env, 4, EXO_REVOKE_NS_LEAST) == -E_PERM);
    CHECK_THAT(c, exo_env_repossess(3, env, &page, 1) == -E_PERM);
    const struct exo_pages none = {page, 0, 1}; /* nor does who may only read it take any */
    CHECK_THAT(c, exo_page_update(3, env, 0, &none, 1, 0) == -E_PERM);
    CHECK_THAT(c, exo_frame_unpin(3, env, 1) == -E_PERM);
    CHECK_THAT(c, exo_table_free(3, env, page) == -E_PERM);
    exo_cap_forge(0, 3, (struct cap){0});
    CHECK_THAT(c, exo_env_revoke(1, env, 4, EXO_REVOKE_NS_LEAST - 1) == -E_INVALID);
    CHECK_THAT(c, exo_env_revoke(1, env, 4, EXO_REVOKE_NS_MOST + 1) == -E_INVALID);
    CHECK_THAT(c, exo_env_repossess(1, env, &page, 1) == -E_NOT_FOUND); /* nothing is asked */
    CHECK_THAT(c, exo_env_revoke(1, env, 4, EXO_REVOKE_NS_LEAST) == 4);
    CHECK_THAT(c, exo_env_revoke(1, env, 2, EXO_REVOKE_NS_LEAST) == 6);
    CHECK_THAT(c, word_of(env, UAREA(revoke_pages)) == 6 && word_of(env, UAREA(revoke_until)));
    uint64_t until = word_of(env, UAREA(revoke_until));
    CHECK_THAT(c, exo_env_revoke(1, env, 1, EXO_REVOKE_NS_MOST) == 7); /* puts nothing off */
    CHECK_THAT(c, word_of(env, UAREA(revoke_until)) == until);
    CHECK_THAT(c, exo_env_repossess(2, env, &page, 1) == -E_PERM);
    CHECK_THAT(c, exo_env_repossess(1, env, &page, 1) == -E_AGAIN);
    CHECK_THAT(c, exposed_env(env)->pages == PAGES);
    CHECK_THAT(c, take(env, 0, 1) == 1 && exo_env_revoke(1, env, 0, EXO_REVOKE_NS_MOST) == 6);
    CHECK_THAT(c, take(env, 1, PAGES - 1) == 6); /* nor when it is due */
    exo_env_destroy(1, env);
}

CHECK(reclaim_force, "reclaim/what_is_owed_is_taken_and_noted_and_no_more") {
    uint64_t env = victim();
    const uint64_t zero = 0;
    CHECK_THAT(c, env && exo_env_revoke(1, env, 10, EXO_REVOKE_NS_LEAST) == 10);
    exo_env_write(1, env, UAREA(revoke_pages), &zero, sizeof zero); /* the books say otherwise */
    exo_env_write(1, env, UAREA(revoke_until), &zero, sizeof zero);
    CHECK_THAT(c, take(env, 3, 2) == 2 && exposed_env(env)->pages == PAGES - 2);
    CHECK_THAT(c, take(env, 3, 1) == 1 && exposed_env(env)->pages == PAGES - 2); /* is not there */
    CHECK_THAT(c, word_of(env, UAREA(revoke_pages)) == 8);
    CHECK_THAT(c, take(env, 20, 20) == 8 && exposed_env(env)->pages == PAGES - 10);
    CHECK_THAT(c, take(env, 0, 1) == -E_NOT_FOUND);
    CHECK_THAT(c, word_of(env, UAREA(lost_count)) == 10);
    for (unsigned i = 0; i < 10; i++) {
        uint64_t page = ATTACK_PAGES / 4096 + (i < 2 ? 3 + i : 18 + i);
        CHECK_THAT(c, word_of(env, UAREA(lost) + i * 8) == (page << 8 | EXO_LOST_PAGE));
    }
    exo_env_destroy(1, env);
}

CHECK(reclaim_pins, "reclaim/pins_count_as_pages_do_and_are_taken_likewise") {
    long id = spawn(0, "attacker", ATTACK_PIN, 0, 0);
    exo_cap_forge(0, 1, (struct cap){.rights = CAP_ALL, .valid = 1});
    CHECK_THAT(c, id > 0);
    exo_env_yield((uint64_t)id);
    uint64_t frame = word_of((uint64_t)id, UAREA(own)), what = frame << 12 | EXO_PHYSICAL;
    CHECK_THAT(c, frame && exposed_frame(frame)->pins == 1);
    CHECK_THAT(c, exo_env_revoke(1, (uint64_t)id, 1, EXO_REVOKE_NS_LEAST) == 1);
    const uint64_t none = (frame + 1) << 12 | EXO_PHYSICAL; /* which it has not pinned */
    while (exo_env_repossess(1, (uint64_t)id, &none, 1) == -E_AGAIN)
        ;
    CHECK_THAT(c, exposed_frame(frame)->pins == 1);
    CHECK_THAT(c, exo_env_repossess(1, (uint64_t)id, &what, 1) == 1);
    CHECK_THAT(c, exposed_frame(frame)->pins == 0);
    CHECK_THAT(c, word_of((uint64_t)id, UAREA(lost)) == (frame << 8 | EXO_LOST_PIN));
    CHECK_THAT(c, take((uint64_t)id, 0, 1) == -E_NOT_FOUND);
    exo_env_destroy(1, (uint64_t)id);
}

CHECK(reclaim_again, "reclaim/who_gave_what_was_asked_has_time_for_the_next_request") {
    uint64_t env = victim(), page = ATTACK_PAGES + 32768;
    const struct exo_pages none = {ATTACK_PAGES, 0, 4};
    CHECK_THAT(c, env && exo_env_revoke(1, env, 4, EXO_REVOKE_NS_LEAST) == 4);
    CHECK_THAT(c, exo_page_update(0, env, 0, &none, 1, 0) == 4);
    while (__builtin_ia32_rdtsc() <= word_of(env, UAREA(revoke_until)))
        ;
    CHECK_THAT(c, exo_env_revoke(1, env, 2, EXO_REVOKE_NS_MOST) == 2);
    CHECK_THAT(c, exo_env_repossess(1, env, &page, 1) == -E_AGAIN);
    exo_env_destroy(1, env);
}

CHECK(reclaim_kept, "reclaim/the_guaranteed_minimum_is_taken_by_an_end_only") {
    uint64_t env = victim(), kept[EXO_KEPT];
    for (unsigned i = 0; i < EXO_KEPT; i++)
        kept[i] = ATTACK_PAGES + i * 4096ul;
    CHECK_THAT(c, env && exo_env_write(1, env, UAREA(revoke_kept), kept, sizeof kept) == 0);
    CHECK_THAT(c, exo_env_revoke(1, env, -1ul, EXO_REVOKE_NS_LEAST) == PAGES - EXO_KEPT);
    CHECK_THAT(c, take(env, 0, EXO_KEPT) == EXO_KEPT && exposed_env(env)->pages == PAGES);
    CHECK_THAT(c, take(env, 0, 24) == 24 && exposed_env(env)->pages == PAGES - 8);
    CHECK_THAT(c, take(env, 16, 24) == 24 && exposed_env(env)->pages == EXO_KEPT);
    CHECK_THAT(c, take(env, 0, 1) == -E_NOT_FOUND);
    CHECK_THAT(c, exo_env_revoke(1, env, 1, EXO_REVOKE_NS_LEAST) == -E_QUOTA);
    CHECK_THAT(c, exo_env_destroy(1, env) == 0 && exposed_env(env)->state == EXO_ENV_KILLED);
}

CHECK(reclaim_late, "reclaim/a_request_that_is_long_over_takes_nothing") {
    uint64_t env = victim();
    CHECK_THAT(c, env && exo_env_revoke(1, env, 1, EXO_REVOKE_NS_LEAST) == 1);
    uint64_t until = word_of(env, UAREA(revoke_until)), hz = env_info()->tsc_hz;
    while (__builtin_ia32_rdtsc() < until + (hz ? hz : 1000000000) / 40)
        __asm__ volatile("pause");
    CHECK_THAT(c, take(env, 0, 1) == -E_NOT_FOUND && exposed_env(env)->pages == PAGES);
    exo_env_destroy(1, env);
}

/* The attacker runs in every second slice, until it has mapped its pages. */
static uint64_t beside(struct check *c, enum attack attack) {
    if (!env_info()->tsc_hz) {
        check_skip(c, "the machine has no clock of known rate");
        return 0;
    }
    exo_cap_forge(0, 1, (struct cap){.rights = CAP_ALL, .valid = 1});
    long id = spawn(0, "attacker", attack, 0, 0);
    if (id <= 0) {
        check_fail(c, "no attacker: %ld", id);
        return 0;
    }
    slice_handle();
    for (unsigned i = 0; i < EXO_SLOTS; i += 2)
        exo_slot_set(0, i, (uint64_t)id, 0);
    while (!word_of((uint64_t)id, UAREA(own)))
        __asm__ volatile("pause");
    return (uint64_t)id;
}

static void own_all(void) {
    for (unsigned i = 0; i < EXO_SLOTS; i++)
        exo_slot_set(0, i, (uint64_t)exo_env_self(), 0);
}

CHECK(reclaim_heeded, "reclaim/who_is_asked_gives_pages_of_its_choice_and_loses_none") {
    uint64_t id = beside(c, ATTACK_GIVE_BACK);
    if (!id)
        return;
    uint32_t before = exposed_env(id)->pages;
    CHECK_THAT(c, exo_env_revoke(1, id, 12, 10 * EXO_REVOKE_NS_LEAST) == 12);
    long done = take(id, 0, PAGES);
    uint64_t lost = word_of(id, UAREA(lost_count));
    own_all();
    CHECK_THAT(c, done == -E_NOT_FOUND && exposed_env(id)->pages == before - 12 && lost == 0);
    CHECK_THAT(c, exposed_env(id)->state == EXO_ENV_READY);
    exo_env_destroy(1, id);
}

CHECK(reclaim_stubborn, "reclaim/who_lets_its_time_pass_loses_pages_and_hears_which_and_goes_on") {
    uint64_t id = beside(c, ATTACK_KEEP);
    if (!id)
        return;
    uint32_t before = exposed_env(id)->pages;
    CHECK_THAT(c, exo_env_revoke(1, id, 12, 2 * EXO_REVOKE_NS_LEAST) == 12);
    CHECK_THAT(c, take(id, 4, 30) == 12 && exposed_env(id)->pages == before - 12);
    while (exposed_env(id)->state == EXO_ENV_READY) /* it looks what it lost, and says how much */
        exo_env_yield(0);
    own_all();
    CHECK_THAT(c, exposed_env(id)->state == EXO_ENV_EXITED && exposed_env(id)->ended == 12);
}

CHECK(reclaim_slice, "reclaim/who_loses_a_position_finds_that_noted") {
    uint64_t env = victim();
    exo_env_start(1, env); /* its prologue is nowhere: it must not run */
    CHECK_THAT(c, exo_slot_set(0, 77, env, 0) == 0);
    CHECK_THAT(c, exo_slot_set(0, 77, (uint64_t)exo_env_self(), 0) == 0);
    CHECK_THAT(c, word_of(env, UAREA(lost)) == (77 << 8 | EXO_LOST_SLICE));
    exo_env_destroy(1, env);
}
