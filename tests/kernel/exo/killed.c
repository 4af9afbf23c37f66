/* SPDX-License-Identifier: MIT */
/* killed.c -- an environment that holds one of each kind of thing is killed: after each thing that
 * it took, and where its slice ends, at each STRIDE-th instruction. Nothing of it stays, and the
 * books are right.
 *
 *   killed=STRIDE:FIRST    as a boot word; tests/kernel/campaign killed STRIDE FIRST */
#include "../books_call.h"
#include "program/attacks.h"
#include "program/hold.h"
#include "told.h"

#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/spawn.h"
#include "exo/libos/stubs.h"
#include "exo/libos/yield.h"
#include "measure/bench.h"

#define SLOT    7
#define FRAMES  200
#define SLICE   98500ul   /* instructions of one, nearly */
#define LONGEST 1000000ul /* more than it takes to take all */
#define STRIDE  997ul

static const struct cap held = BOOKS_PRISON;

static void books(uint64_t what) {
    syscall3(EXO_CALL_env_self, BOOKS_MAGIC, what, 0);
}

static uint64_t begin(enum attack attack) {
    exo_cap_forge(0, SLOT, held);
    long id = spawn_sized(SLOT, "attacker", (uint64_t)exo_env_self() << 32 | attack, SLOT,
                          EXO_FAULT_EXPECTED, FRAMES);
    return id < 0 ? 0 : (uint64_t)id;
}

static bool is_ready(uint64_t id) {
    const volatile struct exo_env *e = exposed_env(id);
    return e && e->state == EXO_ENV_READY;
}

/* It and what it made. */
static void end(uint64_t id) {
    for (const volatile struct exo_env *e = (const volatile struct exo_env *)EXO_ENV;
         e < (const volatile struct exo_env *)EXO_ENV + EXO_ENVS; e++)
        if ((e->id == id || e->creator == id) &&
            (e->state == EXO_ENV_NEW || e->state == EXO_ENV_READY))
            exo_env_destroy(0, e->id);
}

CHECK(killed_steps, "campaign/killed_after_each_thing_it_took_it_leaves_nothing") {
    uint64_t before = 0;
    slice_handle();
    books(BOOKS_BEGIN);
    for (unsigned round = 0; round < 2; round++) /* the kernel's heap grows in the first */
        for (unsigned steps = 1; steps <= HOLD_STEPS; steps++) {
            uint64_t id = begin(ATTACK_HOLD);
            for (unsigned i = 0; i < steps; i++)
                exo_env_yield(id);
            if (!is_ready(id))
                check_fail(c, "it is dead after %u steps", steps);
            books(BOOKS_CHECK);
            end(id);
            books(BOOKS_CHECK);
            if (round && frames_free() != before)
                check_fail(c, "%u steps: %lu frames are free of %lu", steps, frames_free(), before);
            before = frames_free();
        }
    uint64_t id = begin(ATTACK_HOLD);
    for (unsigned i = 0; i <= HOLD_STEPS; i++)
        exo_env_yield(id);
    books(BOOKS_END);
    CHECK_THAT(c, exposed_env(id)->state == EXO_ENV_EXITED && exposed_env(id)->ended == 0);
    end(id);
}

/* So many instructions. */
static void spin(uint64_t instructions) {
    uint64_t rounds = instructions / 2 + 1;
    __asm__ volatile("test %1, %1\n\tjz 1f\n\tnop\n1: dec %0\n\tjnz 1b"
                     : "+r"(rounds)
                     : "r"(instructions % 2)
                     : "cc");
}

/* It has so many instructions, and then its slice is over; how many things it tried to take. */
static uint64_t run_for(uint64_t id, uint64_t instructions) {
    uint64_t tried = 0;
    exo_env_yield(0); /* a slice begins */
    spin(SLICE - instructions % SLICE);
    exo_env_yield(id);
    for (uint64_t i = 0; i < instructions / SLICE; i++)
        exo_env_yield(id);
    exo_env_read(0, id, __builtin_offsetof(struct exo_uarea, own), &tried, sizeof tried);
    return tried;
}

/* It is killed so many instructions after it began; how many things it had tried to take. */
static uint64_t kill_after(struct check *c, uint64_t instructions) {
    uint64_t id = begin(ATTACK_HOLD_ON);
    unsigned far = (unsigned)(env_info()->position + EXO_SLOTS / 2) % EXO_SLOTS;
    exo_slot_set(0, far, id, 0); /* so that slices end, and none of these is its own */
    uint64_t tried = run_for(id, instructions);
    if (!is_ready(id))
        check_fail(c, "instruction %lu: it is dead already", instructions);
    end(id);
    exo_slot_set(0, far, (uint64_t)exo_env_self(), 0);
    books(BOOKS_CHECK);
    return tried;
}

CHECK(killed_anywhere, "campaign/killed_wherever_its_slice_ends_it_leaves_nothing") {
    if (!env_info()->tsc_hz) {
        check_skip(c, "the machine has no clock of known rate");
        return;
    }
    uint64_t asked[2] = {STRIDE, 0}, seen = 0, tried = 0;
    told("killed=", asked);
    slice_handle();
    books(BOOKS_BEGIN);
    kill_after(c, LONGEST); /* the kernel's heap grows */
    const uint64_t before = frames_free();
    for (uint64_t at = asked[1]; tried < HOLD_STEPS && at < LONGEST; at += asked[0]) {
        tried = kill_after(c, at);
        seen |= 1ul << tried;
        if (frames_free() != before)
            check_fail(c, "instruction %lu: %lu frames are free of %lu", at, frames_free(), before);
    }
    if (tried != HOLD_STEPS || (!asked[1] && !(seen & 1)))
        check_fail(c, "it was killed with these numbers of things tried: %lx", seen);
    books(BOOKS_END);
}
