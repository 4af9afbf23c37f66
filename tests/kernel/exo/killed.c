/* SPDX-License-Identifier: MIT */
/* killed.c -- an environment that holds one of each kind of thing is killed: after each thing that
 * it took, and by the end of a slice at many places in between. Nothing of it stays, and the books
 * are right. */
#include "../books_call.h"
#include "program/attacks.h"
#include "program/hold.h"

#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/spawn.h"
#include "exo/libos/stubs.h"
#include "exo/libos/yield.h"
#include "measure/bench.h"

#define SLOT   7
#define FRAMES 200
#define PLACES 60 /* that a slice's end comes to */

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

/* So long in our slice, the rest of which is the other's: it does not heed its end. */
static void give_rest(uint64_t id, unsigned turns) {
    exo_env_yield(0); /* a slice begins */
    for (volatile unsigned i = 0; i < turns; i++)
        ;
    exo_env_yield(id);
}

CHECK(killed_anywhere, "campaign/killed_wherever_its_slice_ends_it_leaves_nothing") {
    if (!env_info()->tsc_hz) {
        check_skip(c, "the machine has no clock of known rate");
        return;
    }
    uint64_t before = 0, self = (uint64_t)exo_env_self();
    slice_handle();
    books(BOOKS_BEGIN);
    for (unsigned place = 0; place < PLACES; place++) {
        uint64_t id = begin(ATTACK_HOLD_ON);
        exo_slot_set(0, 1, id, 0); /* so that slices end */
        give_rest(id, place * 200);
        while (is_ready(id))
            exo_env_yield(0);
        end(id);
        exo_slot_set(0, 1, self, 0);
        books(BOOKS_CHECK);
        if (place > PLACES / 2 && frames_free() != before)
            check_fail(c, "place %u: %lu frames are free of %lu", place, frames_free(), before);
        before = frames_free();
    }
    books(BOOKS_END);
}
