/* SPDX-License-Identifier: MIT */
/* ring.c -- message rings: who may send, what arrives, and what a flood can do. Senders are this
 * environment itself, and the program `attacker`. */
#include "program/attacks.h"
#include "small_machine.h"

#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/ipc/message_ring.h"
#include "exo/libos/time/sleep.h"
#include "exo/libos/spawn.h"
#include "exo/libos/stubs.h"
#include "exo/libos/yield.h"
#include "lib/error.h"
#include "measure/bench.h"

#define AT       ((struct exo_message *)0x500000000000ul)
#define PAGE     4096ul
#define MESSAGES (PAGE / sizeof(struct exo_message))
#define SENDER   6 /* slots */
#define OTHER    7

static const struct cap senders = {.rights = CAP_ALL, .valid = 1, .length = 2, .name = {'r', 1}};
static const struct cap others = {.rights = CAP_ALL, .valid = 1, .length = 2, .name = {'r', 2}};
static const struct cap read_only = {.rights = CAP_READ, .valid = 1, .length = 2, .name = {'r', 1}};
static const struct cap write_only = {
    .rights = CAP_WRITE, .valid = 1, .length = 2, .name = {'r', 1}};
static const struct cap none;

static uint64_t self(void) {
    return (uint64_t)exo_env_self();
}

static long map(uint64_t pages) {
    return frames_map(0, 0, 0, (uint64_t)AT, pages, EXO_WRITE | EXO_NO_EXEC);
}

static void unmap(uint64_t pages) {
    const struct exo_pages all = {(uint64_t)AT, 0, pages};
    exo_page_update(0, 0, 0, &all, 1, 0);
}

static uint64_t frame(void) {
    return (exposed_entry((uint64_t)AT) & EXO_FRAME_OF) / PAGE;
}

static long send(unsigned slot, uint64_t env, uint64_t n) {
    const uint64_t words[EXO_RING_WORDS] = {n, n + 1, n + 2, n + 3, n + 4, n + 5, n + 6};
    return exo_ring_send(slot, env, words);
}

/* A ring of so many pages, to which holders of `senders` may send. */
static struct ring begin(struct check *c, uint64_t pages) {
    struct ring r = {0};
    slice_handle(); /* the checks before may have had other's slices beside ours */
    long error = map(pages);
    if (!error)
        error = ring_begin(&r, 0, AT, pages, senders);
    exo_cap_forge(0, SENDER, senders);
    if (error)
        check_fail(c, "no ring: %ld", error);
    return r;
}

static void end(uint64_t pages) {
    exo_ring_set(0, NULL, 0, none);
    exo_cap_forge(0, SENDER, none);
    unmap(pages);
}

/* Whether the next message is the n-th, from this environment. */
static bool takes(struct ring *r, uint64_t n) {
    const volatile struct exo_message *m = ring_look(r);
    bool is_it = m && m->from == self() && m->word[0] == n && m->word[6] == n + 6;
    if (m)
        ring_take(r);
    return is_it;
}

CHECK(ring_order, "ring/each_message_arrives_once_whole_and_in_order_whatever_the_turns") {
    struct ring r = begin(c, 2);
    uint64_t sent = 0, taken = 0, seed = 1;
    for (unsigned step = 0; step < 20000 && !c->failed; step++) {
        seed = seed * 6364136223846793005 + 1442695040888963407;
        bool is_full = sent - taken == 2 * MESSAGES, is_empty = sent == taken;
        if ((seed >> 40) % 100 < (step / 2000 % 2 ? 60 : 40)) { /* fuller, emptier, by turns */
            long error = send(SENDER, self(), sent);
            if (error != (is_full ? -E_FULL : 0))
                check_fail(c, "step %u: %ld with %lu there", step, error, sent - taken);
            sent += !error;
        } else if (is_empty ? ring_look(&r) != 0 : !takes(&r, taken)) {
            check_fail(c, "step %u: not message %lu", step, taken);
        } else {
            taken += !is_empty;
        }
    }
    end(2);
}

CHECK(ring_right, "ring/only_whom_the_receiver_allows_may_send") {
    begin(c, 1);
    exo_cap_forge(0, OTHER, others);
    CHECK_THAT(c, send(OTHER, self(), 1) == -E_PERM);
    CHECK_THAT(c, send(EXO_CAPS, self(), 1) == -E_PERM && send(-1u, self(), 1) == -E_PERM);
    exo_cap_forge(0, OTHER, read_only);
    CHECK_THAT(c, send(OTHER, self(), 1) == -E_PERM);
    exo_cap_forge(0, OTHER, write_only);
    CHECK_THAT(c, send(OTHER, self(), 1) == 0); /* that is enough */
    CHECK_THAT(c, send(SENDER, self(), 1) == 0 && send(0, self(), 1) == 0);
    exo_cap_forge(0, OTHER, none);
    end(1);
    CHECK_THAT(c, send(0, self(), 1) == -E_NOT_FOUND); /* it takes none any more */
    CHECK_THAT(c, send(0, self() + EXO_ENVS, 1) == -E_DEAD && send(0, 0, 1) == -E_DEAD);
}

CHECK(ring_pages, "ring/pages_that_are_not_the_receivers_to_write_are_refused") {
    const struct exo_protect read = {(uint64_t)AT, 1, EXO_WRITE, 0};
    const struct exo_protect write = {(uint64_t)AT, 1, 0, EXO_WRITE};
    CHECK_THAT(c, exo_ring_set(0, AT, 1, senders) == -E_FAULT); /* nothing is there */
    CHECK_THAT(c, map(1) == 0);
    uint32_t pins = exposed_frame(frame())->pins, kernel = exposed_env(self())->kernel;
    CHECK_THAT(c, exo_ring_set(0, AT, EXO_RING_PAGES + 1, senders) == -E_TOO_LONG);
    CHECK_THAT(c, exo_ring_set(0, AT + 1, 1, senders) == -E_INVALID);
    CHECK_THAT(c, exo_ring_set(EXO_CAPS, AT, 1, senders) == -E_PERM);
    for (unsigned shift = 0; shift < 64; shift += 8) /* nor is any of these a slot */
        CHECK_THAT(c, syscall4(EXO_CALL_ring_set, -1ul << shift, (uint64_t)AT, 1, 0xf) == -E_PERM);
    CHECK_THAT(c, exo_ring_set(0, AT, 2, senders) == -E_FAULT); /* the second is not there */
    CHECK_THAT(c, exo_ring_set(0, (void *)EXO_INFO, 1, senders) == -E_INVALID);
    CHECK_THAT(c, exo_ring_set(0, (void *)EXO_UAREAS, 1, senders) == -E_INVALID);
    CHECK_THAT(c, exo_ring_set(0, (void *)-PAGE, 1, senders) == -E_INVALID);
    exo_cap_forge(0, OTHER, others);
    CHECK_THAT(c, exo_ring_set(OTHER, AT, 1, senders) == -E_PERM);
    exo_cap_forge(0, OTHER, (struct cap){.rights = CAP_READ, .valid = 1});
    CHECK_THAT(c, exo_ring_set(OTHER, AT, 1, senders) == -E_PERM); /* it may only read the frame */
    exo_cap_forge(0, OTHER, none);
    exo_page_protect(0, 0, 0, &read, 1, 0);
    CHECK_THAT(c, exo_ring_set(0, AT, 1, senders) == -E_FAULT);
    exo_page_protect(0, 0, 0, &write, 1, 0);
    CHECK_THAT(c, exposed_frame(frame())->pins == pins && exposed_env(self())->kernel == kernel);
    CHECK_THAT(c, exo_ring_set(0, AT, 1, senders) == 0);
    CHECK_THAT(c, exo_ring_set(0, AT, 2, senders) == -E_FAULT && send(0, self(), 1) == 0);
    CHECK_THAT(c, exposed_frame(frame())->pins == 1 && exposed_env(self())->kernel == kernel + 1);
    end(1);
    CHECK_THAT(c, exposed_env(self())->kernel == kernel);
}

CHECK(ring_source, "ring/a_message_that_is_not_the_senders_to_read_is_refused") {
    struct ring r = begin(c, 1);
    static const uint64_t bad[] = {0, (uint64_t)AT + PAGE, 0xffffffff80200000, 0x7fffffffffe8,
                                   -8ul};
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CHECK_THAT(c, exo_ring_send(0, self(), (const uint64_t *)bad[i]) == -E_FAULT);
    CHECK_THAT(c, !ring_look(&r) && send(0, self(), 3) == 0 && takes(&r, 3));
    end(1);
}

CHECK(ring_unmapped, "ring/its_frames_stay_its_own_when_they_are_unmapped") {
    begin(c, 1);
    uint64_t at = frame();
    unmap(1);
    const volatile struct exo_frame *f = exposed_frame(at);
    CHECK_THAT(c, f->references == 1 && f->pins == 1);
    const struct exo_pages fresh = {(uint64_t)AT | EXO_FRESH, at * PAGE | EXO_PRESENT | EXO_NO_EXEC,
                                    1};
    CHECK_THAT(c, exo_page_update(0, 0, 0, &fresh, 1, 0) == -E_EXISTS);
    CHECK_THAT(c, send(0, self(), 1) == 0);
    exo_ring_set(0, NULL, 0, none);
    CHECK_THAT(c, f->references == 0);
    end(1);
}

CHECK(ring_acl, "ring/what_its_holder_may_not_write_any_more_takes_nothing") {
    struct ring r = {0};
    uint64_t words[2];
    exo_cap_forge(0, SENDER, senders);
    exo_cap_forge(0, OTHER, others);
    CHECK_THAT(c, frames_map(0, 0, OTHER, (uint64_t)AT, 1, EXO_WRITE | EXO_NO_EXEC) == 0);
    CHECK_THAT(c, ring_begin(&r, OTHER, AT, 1, senders) == 0 && send(SENDER, self(), 1) == 0);
    __builtin_memcpy(&words[0], &senders, 8);
    __builtin_memcpy(&words[1], &others, 8);
    CHECK_THAT(c, exo_acl_set(0, frame(), 1, (const struct cap *)words, 2, 0) == 1); /* of two */
    CHECK_THAT(c, send(SENDER, self(), 2) == 0);
    words[1] = words[0]; /* twice: the second list may lie where the one of two did */
    CHECK_THAT(c, exo_acl_set(0, frame(), 1, (const struct cap *)words, 2, 0) == 1);
    CHECK_THAT(c, exo_acl_set(0, frame(), 1, (const struct cap *)words, 2, 0) == 1);
    CHECK_THAT(c, send(SENDER, self(), 3) == -E_NOT_FOUND);
    CHECK_THAT(c, exo_acl_set(0, frame(), 1, &senders, 1, 0) == 1);
    CHECK_THAT(c, send(SENDER, self(), 3) == -E_NOT_FOUND);
    CHECK_THAT(c, takes(&r, 1) && takes(&r, 2) && !ring_look(&r));
    exo_cap_forge(0, OTHER, none);
    end(1);
}

/* The receiver writes what it likes into its ring. */
CHECK(ring_spoilt, "ring/a_receiver_that_writes_nonsense_into_it_spoils_only_its_own") {
    begin(c, 1);
    volatile uint64_t *word = (volatile uint64_t *)AT;
    uint64_t seed = 7, full = 0;
    for (unsigned i = 0; i < 5000; i++) {
        seed = seed * 6364136223846793005 + 1442695040888963407;
        word[(seed >> 33) % (PAGE / 8)] = seed & 1 ? 0 : seed;
        long error = send(0, self(), i);
        CHECK_THAT(c, error == 0 || error == -E_FULL);
        full += error != 0;
    }
    CHECK_THAT(c, full);
    end(1);
}

static uint64_t attacker(enum attack attack) {
    long id = spawn(0, "attacker", (uint64_t)attack | self() << 32, SPAWN_NO_GRANT, 0);
    return id > 0 ? (uint64_t)id : 0;
}

CHECK(ring_flood, "ring/a_flood_is_told_that_the_ring_is_full_and_takes_no_memory") {
    struct ring r = begin(c, 1);
    uint64_t id = attacker(ATTACK_FLOOD);
    CHECK_THAT(c, id && exo_cap_give(0, id, SENDER, 0) == 0);
    uint64_t free = frames_free();
    exo_env_yield(id); /* a thousand messages, and how many were taken */
    CHECK_THAT(c, exposed_env(id)->ended == MESSAGES && frames_free() >= free);
    for (uint64_t n = 0; n < MESSAGES; n++) {
        const volatile struct exo_message *m = ring_look(&r);
        CHECK_THAT(c, m && m->from == id && m->word[0] == n);
        ring_take(&r);
    }
    CHECK_THAT(c, !ring_look(&r));
    end(1);
}

CHECK(ring_death, "ring/the_ring_of_one_that_ended_is_pinned_until_it_is_freed_and_takes_nothing") {
    if (small_machine(c))
        return;
    exo_env_destroy(0, attacker(ATTACK_EXIT)); /* for spawn's tables */
    uint64_t before = frames_free(), id = attacker(ATTACK_RING);
    CHECK_THAT(c, id && exo_cap_give(0, id, 0, 0) == 0);
    exo_env_yield(id); /* it makes a ring, and yields to us */
    CHECK_THAT(c, send(0, id, 1) == 0);
    CHECK_THAT(c, exo_env_destroy(0, id) == 0 && send(0, id, 1) == -E_DEAD);
    CHECK_THAT(c, frames_free() == before);
}

CHECK(ring_wakes, "ring/a_message_wakes_who_sleeps_for_it") {
    if (!env_info()->tsc_hz) {
        check_skip(c, "the machine has no clock of known rate");
        return;
    }
    slice_handle();
    uint64_t id = attacker(ATTACK_RING_SLEEP);
    CHECK_THAT(c, id && exo_cap_give(0, id, 0, 0) == 0);
    for (unsigned i = 0; i < EXO_SLOTS; i++)
        exo_slot_set(0, i, i % 2 ? id : self(), 0);
    exo_env_yield(id); /* it sleeps */
    for (unsigned i = 0; i < 3; i++)
        exo_env_yield(0);
    CHECK_THAT(c, exposed_env(id)->asleep && send(0, id, 41) == 0);
    for (unsigned i = 0; i < 3 && exposed_env(id)->state == EXO_ENV_READY; i++)
        exo_env_yield(0);
    for (unsigned i = 0; i < EXO_SLOTS; i++)
        exo_slot_set(0, i, self(), 0);
    CHECK_THAT(c, exposed_env(id)->state == EXO_ENV_EXITED && exposed_env(id)->ended == 41);
}
