/* SPDX-License-Identifier: MIT */
/* three.c -- three library operating systems at once, each with its own way to use its time:
 * processes of ExOS that compute and fork, workers of one that schedules by strides, and a
 * periodic task; and this environment. Nobody gets more or less than his positions are.
 *
 *   three=MS    as a boot word: so many ms; tests/kernel/campaign three MS */
#include "exos/cases.h"
#include "settled.h"
#include "told.h"

#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/spawn.h"
#include "exo/libos/stubs.h"
#include "exo/libos/yield.h"
#include "lib/error.h"
#include "lib/string.h"
#include "measure/bench.h"

#define MS        150 /* where nobody asks for more */
#define PERIOD_MS 5   /* apps/task.c */
#define OWN_SLOT  6
#define FRAMES    400

static const struct cap programs = {.rights = CAP_ALL, .valid = 1, .length = 1, .name = {'p'}};

static uint64_t start(const char *program, uint64_t argument) {
    long id = spawn_sized(OWN_SLOT, program, argument, OWN_SLOT, 0, FRAMES);
    return id > 0 ? (uint64_t)id : 0;
}

static void set_positions(uint64_t stride, uint64_t exos, uint64_t periodic) {
    const uint64_t own = (uint64_t)exo_env_self(), of[] = {own, stride, exos};
    uint64_t word; /* processes of ExOS hand positions on */
    __builtin_memcpy(&word, &programs, sizeof word);
    for (unsigned i = 0; i < EXO_SLOTS; i++)
        exo_slot_set(0, i, i % 16 ? of[i % 3] : periodic, exos == own ? 0xf : word);
}

static uint64_t word_of(uint64_t env, unsigned own) {
    uint64_t word = 0;
    exo_env_read(OWN_SLOT, env, offsetof(struct exo_uarea, own) + own * 8, &word, 8);
    return word;
}

/* Slices that ended while one of this name ran. */
static uint64_t slices_of(const char *name) {
    uint64_t slices = 0;
    for (unsigned i = 0; i < EXO_ENVS; i++) {
        const struct exo_env *e = (const struct exo_env *)EXO_ENV + i;
        if (e->state == EXO_ENV_READY && !strcmp(e->name, name))
            slices += e->ticks;
    }
    return slices;
}

struct shares {
    uint64_t own, stride, exos; /* us */
};

static struct shares run(uint64_t ms) {
    const uint64_t us = env_info()->tsc_hz / 1000000, begin = __builtin_ia32_rdtsc();
    uint64_t last = begin, others = 0, stride = slices_of("worker"), exos = slices_of("exos");
    while (last - begin < ms * 1000 * us) {
        uint64_t now = __builtin_ia32_rdtsc();
        others += now - last > 4 * us ? now - last : 0;
        last = now;
    }
    return (struct shares){(last - begin - others) / us,
                           (slices_of("worker") - stride) * (EXO_SLICE_NS / 1000),
                           (slices_of("exos") - exos) * (EXO_SLICE_NS / 1000)};
}

static bool is_near(uint64_t got, uint64_t wanted) {
    return got * 100 >= wanted * 99 && got * 100 <= wanted * 101;
}

CHECK(three, "three/at_once_each_has_its_share_and_no_period_is_missed") {
    uint64_t asked[2] = {MS};
    if (!env_info()->tsc_hz) {
        check_skip(c, "the machine has no clock of known rate");
        return;
    }
    told("three=", asked);
    const uint64_t ms = asked[0], rounds = ms / PERIOD_MS - 2, own = (uint64_t)exo_env_self(),
                   go = 1;
    exo_cap_forge(0, OWN_SLOT, programs);
    uint64_t stride = start("stride", 0), exos = start("exos", EXOS_FOREVER);
    uint64_t periodic = start("periodic", rounds);
    CHECK_THAT(c, stride && exos && periodic);
    slice_handle();
    settle();
    set_positions(stride, exos, periodic);
    for (unsigned i = 0; i < 8 * EXO_SLOTS; i++) /* all have begun */
        exo_env_yield(0);
    exo_env_write(OWN_SLOT, periodic, offsetof(struct exo_uarea, own) + 8, &go, 8);
    uint64_t forks = word_of(exos, 400);
    struct shares s = run(ms);
    forks = word_of(exos, 400) - forks;
    set_positions(own, own, own);
    const volatile struct exo_env *task = exposed_env(periodic);
    exo_env_destroy(OWN_SLOT, stride);
    exo_env_destroy(OWN_SLOT, exos);
    CHECK_THAT(c, task->state == EXO_ENV_EXITED && task->ended == 0); /* no period was missed */
    if (!is_near(s.stride, s.own) || !is_near(s.exos, s.own))
        check_fail(c, "workers had %lu us, processes %lu, this one %lu", s.stride, s.exos, s.own);
    CHECK_THAT(c, forks >= ms / 100);
}
