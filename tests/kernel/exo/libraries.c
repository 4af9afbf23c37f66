/* SPDX-License-Identifier: MIT */
/* libraries.c -- the second and the third library operating system, each by its program. */
#include "exo/libos/exposed.h"
#include "exo/libos/spawn.h"
#include "exo/libos/stubs.h"
#include "exo/libos/yield.h"
#include "measure/bench.h"

#define OWN_SLOT   6
#define NO_WORKERS (1ul << 32)
#define REFUSED    100000 /* apps/task.c */
#define LONGEST    100000 /* slices that a program may take to be done */

static uint64_t start(struct check *c, const char *program, uint64_t argument) {
    static const struct cap programs = {.rights = CAP_ALL, .valid = 1, .length = 1, .name = {'p'}};
    if (!env_info()->tsc_hz) {
        check_skip(c, "the machine has no clock of known rate");
        return 0;
    }
    exo_cap_forge(0, OWN_SLOT, programs);
    long id = spawn(OWN_SLOT, program, argument, OWN_SLOT, 0);
    if (id <= 0)
        check_fail(c, "%s: %ld", program, id);
    slice_handle();
    return id > 0 ? (uint64_t)id : 0;
}

/* It has every step-th position. */
static void divide(uint64_t env, unsigned step) {
    for (unsigned i = 0; i < EXO_SLOTS; i++)
        exo_slot_set(0, i, i % step ? (uint64_t)exo_env_self() : env, 0);
}

static uint64_t word_of(uint64_t env, unsigned own) {
    uint64_t word = 0;
    exo_env_read(OWN_SLOT, env, offsetof(struct exo_uarea, own) + own * 8, &word, 8);
    return word;
}

static void set_word(uint64_t env, unsigned own, uint64_t word) {
    exo_env_write(OWN_SLOT, env, offsetof(struct exo_uarea, own) + own * 8, &word, 8);
}

/* Whether it answers a word that changes. */
static bool answers(uint64_t env, uint64_t word) {
    set_word(env, 0, word);
    for (unsigned n = 0; n < LONGEST && word_of(env, 1) != word + 1; n++)
        exo_env_yield(0);
    return word_of(env, 1) == word + 1;
}

CHECK(libraries_events, "libraries/an_event_wakes_the_loop_that_has_nothing_else_to_do") {
    uint64_t id = start(c, "stride", NO_WORKERS);
    if (!id)
        return;
    divide(id, 2);
    bool asleep = true, answered = true;
    for (uint64_t word = 41; word < 44; word++) {
        for (unsigned n = 0; n < 1000 && !exposed_env(id)->asleep; n++)
            exo_env_yield(0);
        asleep = asleep && exposed_env(id)->asleep;
        answered = answered && answers(id, word);
    }
    divide((uint64_t)exo_env_self(), 1);
    exo_env_destroy(OWN_SLOT, id);
    CHECK_THAT(c, asleep);
    CHECK_THAT(c, answered);
}

CHECK(libraries_stride,
      "libraries/workers_have_their_tickets_worth_and_events_are_answered_beside") {
    uint64_t id = start(c, "stride", 240);
    if (!id)
        return;
    divide(id, 2);
    for (unsigned n = 0; n < 20; n++) /* it has begun */
        exo_env_yield(0);
    bool answered = answers(id, 7) && answers(id, 9);
    const volatile struct exo_env *e = exposed_env(id);
    for (unsigned n = 0; n < LONGEST && e->state == EXO_ENV_READY; n++)
        exo_env_yield(0);
    divide((uint64_t)exo_env_self(), 1);
    CHECK_THAT(c, answered);
    CHECK_THAT(c, e->state == EXO_ENV_EXITED);
    if (e->ended > 25) /* a slice of the least worker's 40 */
        check_fail(c, "%lu per mille from the plan", e->ended);
}

/* It lives with every 16th position, and others keep so much: whether it is refused at once. */
static bool is_refused(uint64_t id, unsigned step, uint64_t keeps) {
    divide(id, step);
    for (uint64_t i = 0; i < EXO_SLOTS; i++) {
        const struct exo_terms t = {.budget = i, .keeps = i % step ? keeps : 0};
        exo_slot_terms(0, i, &t);
    }
    set_word(id, 1, 1);
    const volatile struct exo_env *e = exposed_env(id);
    for (unsigned n = 0; n < LONGEST && e->state == EXO_ENV_READY && !word_of(id, 0); n++)
        exo_env_yield(0);
    bool refused = e->state == EXO_ENV_EXITED && e->ended == REFUSED;
    divide((uint64_t)exo_env_self(), 1);
    for (uint64_t i = 0; i < EXO_SLOTS; i++) {
        const struct exo_terms none = {.budget = i};
        exo_slot_terms(0, i, &none);
    }
    exo_env_destroy(OWN_SLOT, id);
    return refused;
}

CHECK(libraries_refused, "libraries/a_task_whose_positions_are_too_few_is_not_begun") {
    static const struct {
        unsigned step;
        uint64_t keeps;
        bool refused;
    } cases[] = {{EXO_SLOTS, 0, true}, {16, 0, false}, {16, EXO_SLICE_NS, true}};
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint64_t id = start(c, "periodic", 5);
        if (!id)
            return;
        if (is_refused(id, cases[i].step, cases[i].keeps) != cases[i].refused)
            check_fail(c, "every %uth position beside %lu ns that others keep", cases[i].step,
                       cases[i].keeps);
    }
}

/* One that `env` made. */
static uint64_t child_of(uint64_t env) {
    const volatile struct exo_env *e = (const volatile struct exo_env *)EXO_ENV;
    for (unsigned i = 0; i < EXO_ENVS; i++)
        if (e[i].creator == env && e[i].state == EXO_ENV_READY)
            return e[i].id;
    return 0;
}

CHECK(libraries_worker_ends, "libraries/a_worker_that_ended_takes_no_slice_from_the_others") {
    uint64_t id = start(c, "stride", 40);
    if (!id)
        return;
    divide(id, 2);
    for (unsigned n = 0; n < 10; n++)
        exo_env_yield(0);
    uint64_t worker = child_of(id);
    CHECK_THAT(c, worker && exo_env_destroy(OWN_SLOT, worker) == 0);
    const volatile struct exo_env *e = exposed_env(id);
    for (unsigned n = 0; n < 1000 && e->state == EXO_ENV_READY; n++)
        exo_env_yield(0);
    divide((uint64_t)exo_env_self(), 1);
    CHECK_THAT(c, e->state == EXO_ENV_EXITED && e->ended < 1000);
}
