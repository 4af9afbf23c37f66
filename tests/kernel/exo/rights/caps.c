/* SPDX-License-Identifier: MIT */
/* caps.c -- capability lists, by the calls: nothing that one holds grows. */
#include "../program/attacks.h"

#include "exo/kernel/memory/cap.h"
#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/spawn.h"
#include "exo/libos/stubs.h"
#include "exo/libos/uarea.h"
#include "exo/libos/yield.h"
#include "lib/error.h"
#include "lib/string.h"
#include "measure/bench.h"

static struct cap cap(unsigned rights, unsigned length, uint8_t first, uint8_t second) {
    return (struct cap){
        .rights = rights & CAP_ALL, .valid = 1, .length = length & 15, .name = {first, second}};
}

CHECK(caps_forge, "caps/what_is_made_of_a_capability_is_dominated_by_it") {
    CHECK_THAT(c, exo_cap_forge(0, 1, cap(CAP_ALL, 1, 7, 0)) == 0);
    CHECK_THAT(c, exo_cap_forge(1, 2, cap(CAP_ALL, 2, 7, 1)) == 0);
    CHECK_THAT(c, exo_cap_forge(1, 2, cap(CAP_ALL, 2, 8, 1)) == -E_PERM);
    CHECK_THAT(c, exo_cap_forge(1, 2, cap(CAP_ALL, 0, 0, 0)) == -E_PERM);
    CHECK_THAT(c, exo_cap_forge(2, 3, cap(CAP_READ, 1, 7, 0)) == -E_PERM);
    CHECK_THAT(c, exo_cap_forge(1, 3, cap(CAP_READ | CAP_WRITE, 1, 7, 0)) == 0);
    CHECK_THAT(c, exo_cap_forge(3, 4, cap(CAP_READ, 1, 7, 0)) == -E_PERM); /* no right to grant */
    CHECK_THAT(c, exo_cap_forge(1, 5, cap(CAP_READ | CAP_GRANT, 1, 7, 0)) == 0);
    CHECK_THAT(c, exo_cap_forge(5, 4, cap(CAP_WRITE, 1, 7, 0)) == -E_PERM); /* nor to write */
    CHECK_THAT(c, exo_cap_forge(1, 3, cap(CAP_READ, CAP_NAME_MAX + 1, 7, 0)) == -E_PERM);
    CHECK_THAT(c, exo_cap_forge(0, EXO_CAPS, cap(CAP_ALL, 1, 7, 0)) == -E_INVALID);
    CHECK_THAT(c, exo_cap_forge(6, 4, cap(CAP_READ, 1, 7, 0)) == -E_PERM); /* an empty slot */
}

CHECK(caps_slot_0, "caps/slot_0_takes_complete_capabilities_only") {
    CHECK_THAT(c, exo_cap_forge(0, 0, cap(CAP_READ, 0, 0, 0)) == -E_PERM);
    CHECK_THAT(c, exo_cap_forge(0, 0, (struct cap){0}) == -E_PERM);
    CHECK_THAT(c, exo_cap_forge(0, 0, cap(CAP_ALL, 0, 0, 0)) == 0);
    CHECK_THAT(c, exo_null() == 0 && exo_console_write(0, "", 0) == 0);
}

CHECK(caps_give, "caps/only_what_may_be_handed_on_is_given_and_only_to_whom_one_may_write") {
    exo_cap_forge(0, 1, cap(CAP_ALL, 1, 7, 0));
    exo_cap_forge(0, 2, cap(CAP_ALL, 1, 8, 0));
    exo_cap_forge(0, 3, cap(CAP_READ | CAP_WRITE, 1, 7, 0));
    long id = exo_env_create(1, cap(CAP_ALL, 2, 7, 5), "other", 8, 0);
    CHECK_THAT(c, id > 0);
    uint64_t env = (uint64_t)id;
    CHECK_THAT(c, exo_cap_give(1, env, 1, 1) == 0);
    CHECK_THAT(c, exo_cap_give(2, env, 1, 1) == -E_PERM);
    CHECK_THAT(c, exo_cap_give(1, env, 3, 1) == -E_PERM);
    CHECK_THAT(c, exo_cap_give(1, env, 9, 1) == -E_PERM);
    CHECK_THAT(c, exo_cap_give(1, env, 1, EXO_CAPS) == -E_INVALID);
    CHECK_THAT(c, exo_cap_give(1, env + EXO_ENVS, 1, 1) == -E_DEAD);
    uint64_t word = 1;
    CHECK_THAT(c, exo_env_read(1, env, 0, &word, 8) == 0 && word == 0);
    CHECK_THAT(c, exo_env_read(2, env, 0, &word, 8) == -E_PERM);
    CHECK_THAT(c, exo_env_write(2, env, 0, &word, 8) == -E_PERM);
    CHECK_THAT(c, exo_env_write(1, env, 4096, &word, 8) == -E_INVALID);
    CHECK_THAT(c, exo_env_write(1, env, -8ul, &word, 16) == -E_INVALID);
    CHECK_THAT(c, exo_env_start(2, env) == -E_PERM && exo_env_destroy(2, env) == -E_PERM);
    CHECK_THAT(c, exo_env_start(1, env) == 0);
    CHECK_THAT(c, exo_env_start(1, env) == -E_EXISTS);
    CHECK_THAT(c, exo_env_destroy(1, env) == 0);
    CHECK_THAT(c, exo_env_destroy(1, env) == -E_DEAD);
    CHECK_THAT(c, exposed_env(env)->state == EXO_ENV_KILLED);
}

/* An environment of `name`, not begun, which holds a capability of that name and these rights in
 * its slot 0. */
static uint64_t made(uint8_t first, uint8_t second, unsigned rights) {
    long id = exo_env_create(0, cap(CAP_ALL, 1, 99, 0), "made", 20, 0);
    exo_cap_forge(0, 15, cap(CAP_ALL, second ? 2 : 1, first, second));
    exo_cap_give(0, (uint64_t)id, 15, 0);
    exo_cap_forge(0, 15, cap(rights | CAP_GRANT, second ? 2 : 1, first, second));
    exo_cap_give(0, (uint64_t)id, 15, 1);
    exo_cap_forge(0, 15, (struct cap){0});
    return (uint64_t)id;
}

static void offer(uint64_t env, uint64_t to, uint64_t key, struct cap what) {
    uint64_t words[3] = {to, key};
    __builtin_memcpy(&words[2], &what, 8);
    exo_env_write(0, env, __builtin_offsetof(struct exo_uarea, offer_to), words, sizeof words);
}

CHECK(caps_acquire, "caps/an_offer_is_taken_by_whom_it_is_for_while_its_maker_has_the_right") {
    uint64_t env = made(7, 0, CAP_READ), self = (uint64_t)exo_env_self();
    const struct cap less = cap(CAP_READ, 2, 7, 1);
    CHECK_THAT(c, exo_cap_acquire(env, 5) == -E_PERM); /* no offer */
    offer(env, self, 1, less);
    CHECK_THAT(c, exo_cap_acquire(env, 5) == 0 && exo_cap_acquire(env, 5) == 0);
    CHECK_THAT(c, exo_cap_forge(5, 6, less) == -E_PERM); /* with its rights, and no others */
    CHECK_THAT(c, exo_cap_acquire(env, EXO_CAPS) == -E_INVALID);
    CHECK_THAT(c, exo_cap_acquire(env, 0) == -E_PERM);
    CHECK_THAT(c, exo_cap_acquire(env + EXO_ENVS, 5) == -E_DEAD);
    offer(env, env, 1, less);
    CHECK_THAT(c, exo_cap_acquire(env, 5) == -E_PERM); /* for somebody else */
    offer(env, self, 1, cap(CAP_WRITE, 2, 7, 1));
    CHECK_THAT(c, exo_cap_acquire(env, 5) == -E_PERM);
    offer(env, self, 1, cap(CAP_READ, 2, 8, 1));
    CHECK_THAT(c, exo_cap_acquire(env, 5) == -E_PERM);
    offer(env, self, 1, cap(CAP_READ, CAP_LISTED, 7, 1));
    CHECK_THAT(c, exo_cap_acquire(env, 5) == -E_PERM);
    for (uint64_t key = 2; key < 20; key++) {
        offer(env, self, key, less);
        CHECK_THAT(c, exo_cap_acquire(env, 5) == -E_PERM);
    }
    offer(env, self, -1ul, less);
    CHECK_THAT(c, exo_cap_acquire(env, 5) == -E_PERM);
    offer(env, self, 1, less);
    exo_cap_forge(0, 4, cap(CAP_READ, 1, 7, 0));
    exo_cap_forge(0, 3, cap(CAP_READ | CAP_GRANT, 2, 7, 1));
    CHECK_THAT(c, exo_cap_give(0, env, 3, 1) == 0 && exo_cap_acquire(env, 5) == 0);
    exo_cap_forge(0, 3, cap(CAP_READ | CAP_GRANT, 2, 7, 2));
    CHECK_THAT(c, exo_cap_give(0, env, 3, 1) == 0); /* the key is another one by now */
    CHECK_THAT(c, exo_cap_acquire(env, 5) == -E_PERM);
    exo_env_destroy(0, env);
    CHECK_THAT(c, exo_cap_acquire(env, 5) == -E_DEAD);
}

/* Begins to revoke, once no other revocation is under way: a number, or the error. */
static long begin_to_revoke(unsigned slot, struct cap what) {
    long number;
    do
        number = exo_cap_revoke(slot, what, 0);
    while (number == -E_AGAIN);
    return number;
}

/* Revokes, in as many calls as that takes; how many, or the error. */
static long revoke(unsigned slot, struct cap what) {
    long number = begin_to_revoke(slot, what), calls = 1;
    for (; number > 0; calls++)
        number = exo_cap_revoke(slot, what, (uint64_t)number);
    return number ? number : calls;
}

/* Whether the environment can still hand on what its slot 1 is to make. */
static bool still_has(uint64_t env, struct cap what) {
    offer(env, (uint64_t)exo_env_self(), 1, what);
    return exo_cap_acquire(env, 5) == 0;
}

CHECK(caps_revoke_right, "caps/only_what_is_below_a_complete_capability_is_revoked_by_it") {
    const struct cap seven = cap(CAP_ALL, 1, 7, 0), below = cap(CAP_ALL, 2, 7, 1);
    uint64_t env = made(7, 1, CAP_READ);
    exo_cap_forge(0, 1, seven);
    exo_cap_forge(0, 2, cap(CAP_READ | CAP_GRANT, 1, 7, 0));
    CHECK_THAT(c, revoke(1, seven) == -E_PERM); /* of those that he may have it from */
    CHECK_THAT(c, revoke(1, cap(CAP_ALL, 0, 0, 0)) == -E_PERM);
    CHECK_THAT(c, revoke(1, cap(CAP_ALL, 2, 8, 1)) == -E_PERM);
    CHECK_THAT(c, revoke(2, below) == -E_PERM && revoke(EXO_CAPS, below) == -E_PERM);
    CHECK_THAT(c, revoke(0, (struct cap){0}) == -E_PERM);
    CHECK_THAT(c, revoke(0, cap(CAP_ALL, CAP_LISTED, 7, 1)) == -E_PERM);
    CHECK_THAT(c, exo_cap_revoke(1, below, -1ul) == -E_INVALID);
    CHECK_THAT(c, still_has(env, cap(CAP_READ, 2, 7, 1)));
    CHECK_THAT(c, revoke(1, below) > 0);
    CHECK_THAT(c, !still_has(env, cap(CAP_READ, 2, 7, 1)));
    CHECK_THAT(c, exo_cap_forge(1, 3, below) == 0);
    exo_env_destroy(0, env);
}

#define HERE 0x500000000000ul

/* Maps the frame in the environment by the capability in this slot. */
static long map_in(uint64_t env, unsigned slot, uint64_t at, uint64_t frame) {
    const struct exo_pages p = {at, frame << 12 | EXO_PRESENT | EXO_WRITE | EXO_NO_EXEC, 1};
    return exo_page_update(0, env, slot, &p, 1, 0);
}

static void unmap(void) {
    const struct exo_pages none = {HERE, 0, 1};
    exo_page_update(0, 0, 0, &none, 1, 0);
}

CHECK(caps_revoke_all, "caps/what_is_revoked_is_gone_everywhere_with_the_pages_it_brought") {
    uint64_t a = made(7, 0, CAP_READ), b = made(7, 1, CAP_READ), other = made(8, 0, CAP_READ);
    uint64_t frame = frames_pick_run(3);
    exo_cap_forge(0, 1, cap(CAP_ALL, 2, 7, 1));
    exo_cap_forge(0, 2, cap(CAP_ALL, 1, 8, 0));
    exo_cap_forge(0, 3, cap(CAP_ALL, 1, 7, 0));
    const struct cap shared[] = {cap(CAP_ALL, 1, 8, 0), cap(CAP_ALL, 2, 7, 1)};
    CHECK_THAT(c, map_in(a, 1, HERE, frame) == 1 && map_in(b, 1, HERE, frame) == 1);
    CHECK_THAT(c, map_in(other, 2, HERE, frame + 1) == 1 && map_in(0, 1, HERE, frame) == 1);
    CHECK_THAT(c, map_in(other, 2, HERE + 4096, frame + 2) == 1);
    CHECK_THAT(c, exo_acl_set(2, frame + 2, 1, shared, 2, 0) == 1);
    CHECK_THAT(c, map_in(b, 1, HERE + 0x40000000, frame + 2) == 1);
    const struct exo_pages note = {HERE + 8192, frame << 12, 1}; /* no mapping, only b's own word */
    CHECK_THAT(c, exo_page_update(0, b, 1, &note, 1, 0) == 1);
    CHECK_THAT(c,
               exposed_frame(frame)->references == 3 && exposed_frame(frame + 2)->references == 2);
    CHECK_THAT(c, revoke(0, cap(CAP_ALL, 1, 7, 0)) > 1);
    CHECK_THAT(c, !still_has(a, cap(CAP_READ, 1, 7, 0)) && !still_has(b, cap(CAP_READ, 2, 7, 1)));
    CHECK_THAT(c, still_has(other, cap(CAP_READ, 1, 8, 0)));
    CHECK_THAT(c, exo_cap_forge(1, 4, cap(CAP_READ, 2, 7, 1)) == -E_PERM); /* one's own, too */
    CHECK_THAT(c, exposed_env(a)->pages == 0 && exposed_env(b)->pages == 0);
    CHECK_THAT(c, exposed_env(other)->pages == 2 && exposed_frame(frame + 2)->references == 1);
    CHECK_THAT(c, exposed_frame(frame)->references == 1); /* ours, who can open everything */
    uint64_t lost[5];
    exo_env_read(0, b, __builtin_offsetof(struct exo_uarea, lost_count), lost, sizeof lost);
    CHECK_THAT(c, lost[0] == 4 && lost[1] == EXO_LOST_CAP && lost[2] == (1 << 8 | EXO_LOST_CAP));
    CHECK_THAT(c, lost[3] == (HERE / 4096 << 8 | EXO_LOST_PAGE));
    CHECK_THAT(c, lost[4] == ((HERE + 0x40000000) / 4096 << 8 | EXO_LOST_PAGE));
    exo_env_destroy(0, a);
    exo_env_destroy(0, b);
    exo_env_destroy(0, other);
    unmap();
}

CHECK(caps_revoke_less, "caps/a_page_stays_only_with_the_rights_that_what_is_left_opens") {
    const struct cap words[] = {cap(CAP_ALL, 1, 7, 0), cap(CAP_READ, 1, 8, 0)};
    uint64_t env = made(8, 0, CAP_READ), frame = frames_pick(env_info()->frame_count / 2);
    const struct exo_pages reads = {HERE + 4096, frame << 12 | EXO_PRESENT | EXO_NO_EXEC, 1};
    exo_cap_forge(0, 1, words[0]);
    CHECK_THAT(c, exo_cap_give(0, env, 1, 3) == 0 && map_in(env, 1, HERE | EXO_FRESH, frame) == 1);
    CHECK_THAT(c, exo_page_update(0, env, 1, &reads, 1, 0) == 1);
    CHECK_THAT(c, exo_acl_set(1, frame, 1, words, 2, 0) == 1);
    /* What a clone holds, here nothing, takes no page from who it shares them with. */
    CHECK_THAT(c, exo_env_clone(0, env, cap(CAP_ALL, 1, 99, 0), "clone", 4, 0) > 0);
    CHECK_THAT(c, revoke(0, words[0]) > 0);
    CHECK_THAT(c, exposed_frame(frame)->writers == 0 && exposed_frame(frame)->readers == 1);
    exo_env_destroy(0, env);
}

CHECK(caps_revoke_cleared, "caps/who_gets_a_revoked_name_anew_sees_nothing_of_who_had_it") {
    uint64_t frame = frames_pick(env_info()->frame_count / 2);
    const struct exo_pages fresh = {HERE | EXO_FRESH,
                                    frame << 12 | EXO_PRESENT | EXO_WRITE | EXO_NO_EXEC, 1};
    for (unsigned round = 0; round < 3; round++) { /* the last two with a longer name */
        exo_cap_forge(0, 1, cap(CAP_ALL, round ? 2 : 1, 7, 0));
        CHECK_THAT(c, exo_page_update(0, 0, 1, &fresh, 1, 0) == 1);
        CHECK_THAT(c, !round || *(volatile uint64_t *)HERE == 0);
        *(volatile uint64_t *)HERE = 0x5ec7e7;
        unmap();
        CHECK_THAT(c, revoke(0, cap(CAP_ALL, 1, 7, 0)) > 0);
    }
}

/* Of one that ended and is not freed yet, for it had many: the last of its frames. */
CHECK(caps_revoke_dead, "caps/nor_of_who_had_it_and_has_ended") {
    enum { MANY = 500 };
    uint64_t id = made(7, 0, CAP_READ), first = frames_pick_run(MANY), last = first + MANY - 1;
    const struct exo_pages run = {HERE, first << 12 | EXO_PRESENT | EXO_NO_EXEC, MANY};
    exo_cap_forge(0, 1, cap(CAP_ALL, 1, 7, 0));
    CHECK_THAT(c, map_in(0, 1, HERE | EXO_FRESH, last) == 1);
    *(volatile uint64_t *)HERE = 0x5ec7e7;
    for (uint64_t done = 0; done < MANY;) {
        long some = exo_page_update(0, id, 1, &run, 1, done);
        CHECK_THAT(c, some > 0);
        done += (uint64_t)some;
    }
    unmap();
    CHECK_THAT(c, exo_env_destroy(0, id) == 0 && env_info()->env_unfreed == 1);
    CHECK_THAT(c, exposed_frame(last)->references == 1);
    CHECK_THAT(c, revoke(0, cap(CAP_ALL, 1, 7, 0)) > 0 && exposed_frame(last)->references == 0);
    exo_cap_forge(0, 1, cap(CAP_ALL, 1, 7, 0));
    CHECK_THAT(c, map_in(0, 1, HERE, last) == 1 && *(volatile uint64_t *)HERE == 0);
    unmap();
}

CHECK(caps_revoke_copy, "caps/no_copy_is_made_of_what_is_being_revoked_and_whoever_tries_ends_it") {
    const struct cap seven = cap(CAP_ALL, 1, 7, 0), eight = cap(CAP_ALL, 1, 8, 0);
    uint64_t env = made(7, 1, CAP_READ);
    long number = begin_to_revoke(0, seven), tries = 0;
    CHECK_THAT(c, number > 0);
    CHECK_THAT(c, exo_cap_revoke(0, eight, 0) == -E_AGAIN);
    CHECK_THAT(c, exo_cap_forge(0, 1, eight) == 0);
    long error = exo_cap_forge(0, 1, cap(CAP_READ, 3, 7, 7));
    CHECK_THAT(c, error == -E_AGAIN);
    CHECK_THAT(c,
               exo_cap_forge(0, 1, cap(CAP_ALL, 0, 0, 0)) == 0 && exo_cap_give(0, env, 1, 3) == 0);
    while (exo_cap_forge(0, 1, seven) == -E_AGAIN)
        tries++;
    CHECK_THAT(c, tries > 1 && exo_cap_revoke(0, seven, (uint64_t)number) == 0);
    CHECK_THAT(c, exo_cap_forge(1, 2, seven) == 0);
    exo_env_destroy(0, env);
}

/* The attacker is told so and holds {7} in its slot 0; begun, and given the processor once. */
static uint64_t begun(uint64_t attack) {
    exo_cap_forge(0, 1, cap(CAP_ALL, 1, 7, 0));
    long id = spawn(0, "attacker", attack, 1, 0);
    if (id > 0)
        exo_env_yield((uint64_t)id);
    return (uint64_t)id;
}

CHECK(caps_revoke_predicate, "caps/a_predicate_ends_with_the_capability_of_a_variable") {
    uint64_t frame = frames_pick(env_info()->frame_count / 2);
    exo_cap_forge(0, 1, cap(CAP_ALL, 1, 7, 0));
    CHECK_THAT(c, map_in(0, 1, HERE | EXO_FRESH, frame) == 1);
    uint64_t id = begun(ATTACK_SLEEP_FRAME | frame << 32);
    CHECK_THAT(c, exposed_env(id) && exposed_env(id)->asleep && exposed_frame(frame)->pins == 1);
    CHECK_THAT(c, revoke(0, cap(CAP_ALL, 1, 8, 0)) > 0 && exposed_frame(frame)->pins == 1);
    CHECK_THAT(c, revoke(0, cap(CAP_ALL, 1, 7, 0)) > 0 && exposed_frame(frame)->pins == 0);
    exo_env_destroy(0, id);
    unmap();
}

CHECK(caps_revoke_pin, "caps/a_pin_ends_with_the_capability_that_opens_its_frame") {
    uint64_t id = begun(ATTACK_PIN), lost[3], frame = 0;
    exo_env_read(0, id, __builtin_offsetof(struct exo_uarea, own), &frame, sizeof frame);
    CHECK_THAT(c, frame && exposed_frame(frame)->pins == 1);
    CHECK_THAT(c, revoke(0, cap(CAP_ALL, 1, 7, 0)) > 0 && exposed_frame(frame)->pins == 0);
    exo_env_read(0, id, __builtin_offsetof(struct exo_uarea, lost_count), lost, sizeof lost);
    CHECK_THAT(c, lost[0] >= 2 && lost[1] == EXO_LOST_CAP);
    CHECK_THAT(c, lost[2] == (frame << 8 | EXO_LOST_PIN));
    exo_env_destroy(0, id);
}

CHECK(caps_revoke_unpinned, "caps/a_revocation_ends_though_pins_go_meanwhile") {
    uint64_t frame = frames_pick(env_info()->frame_count / 2), unpinned = 0;
    exo_cap_forge(0, 1, cap(CAP_ALL, 1, 7, 0));
    CHECK_THAT(c, map_in(0, 1, HERE | EXO_FRESH, frame) == 1);
    for (unsigned i = 0; i < EXO_PINS; i++)
        CHECK_THAT(c, exo_frame_pin(0, frame) == 0);
    long number = begin_to_revoke(0, cap(CAP_ALL, 1, 7, 0));
    for (; number > 0; number = exo_cap_revoke(0, cap(CAP_ALL, 1, 7, 0), (uint64_t)number))
        for (unsigned i = 0; i < 8; i++)
            unpinned += exo_frame_unpin(0, 0, frame) == 0;
    CHECK_THAT(c, number == 0 && unpinned == EXO_PINS && exposed_frame(frame)->pins == 0);
    unmap();
}

CHECK(caps_revoke_ring, "caps/a_ring_ends_with_the_capability_of_its_pages") {
    uint64_t frame = frames_pick(env_info()->frame_count / 2), self = (uint64_t)exo_env_self();
    const uint64_t message[EXO_RING_WORDS] = {1}, before = uarea->lost_count;
    exo_cap_forge(0, 1, cap(CAP_ALL, 1, 7, 0));
    CHECK_THAT(c, map_in(0, 1, HERE | EXO_FRESH, frame) == 1);
    memset((void *)HERE, 0, 4096);
    CHECK_THAT(c, exo_ring_set(1, (struct exo_message *)HERE, 1, cap(CAP_ALL, 0, 0, 0)) == 0);
    CHECK_THAT(c, revoke(0, cap(CAP_ALL, 1, 8, 0)) > 0); /* another's */
    CHECK_THAT(c, exposed_frame(frame)->pins == 1 && exo_ring_send(0, self, message) == 0);
    CHECK_THAT(c, revoke(0, cap(CAP_ALL, 1, 7, 0)) > 0 && exposed_frame(frame)->pins == 0);
    CHECK_THAT(c, exo_ring_send(0, self, message) == -E_NOT_FOUND);
    CHECK_THAT(c, uarea->lost[before % EXO_LOST_WORDS] == (1 << 8 | EXO_LOST_CAP));
    CHECK_THAT(c, uarea->lost[(before + 1) % EXO_LOST_WORDS] == EXO_LOST_RING);
    unmap();
}

/* --- A random walk of all of it, by the calls --- */

enum { WALKERS = 3, STEPS = 1500 };
static struct cap held[WALKERS + 1][EXO_CAPS]; /* what the model says; the last are ours */
static uint64_t walker[WALKERS], seed;

static unsigned below(unsigned n) {
    seed = seed * 6364136223846793005 + 1442695040888963407;
    return (unsigned)(seed >> 33) % n;
}

static struct cap any(void) {
    return cap(below(8), 1 + below(2), (uint8_t)(40 + below(2)), (uint8_t)below(2));
}

static bool makes(struct cap from, struct cap wanted) {
    return (from.rights & CAP_GRANT) && cap_dominates(from, wanted);
}

static long put(unsigned who, unsigned slot, struct cap c) {
    if (slot == 0 && held[who][0].valid && c.rights != CAP_ALL)
        return -E_PERM;
    held[who][slot] = c;
    return 0;
}

/* Of a walker's lists the kernel tells nothing: each slot is tried by an offer of what the model
 * says is in it. */
static void lists_agree(struct check *c) {
    for (unsigned who = 0; who < WALKERS; who++)
        for (unsigned i = 0; i < EXO_CAPS; i++)
            for (unsigned n = 0; n < 4; n++) {
                struct cap what = cap(n % 2 ? CAP_WRITE : CAP_READ, 2, 40 + n / 2, 1);
                offer(walker[who], (uint64_t)exo_env_self(), i, what);
                bool given = exo_cap_acquire(walker[who], EXO_CAPS - 1) == 0;
                if (given != makes(held[who][i], what))
                    check_fail(c, "walker %u, slot %u: %d", who, i, given);
            }
    exo_cap_forge(0, EXO_CAPS - 1, (struct cap){0});
}

static void step(struct check *c, unsigned n) {
    const unsigned we = WALKERS, from = 1 + below(13), to = 1 + below(13), who = below(WALKERS);
    struct cap what = any();
    long expected, got;
    switch (below(3)) {
    case 0: /* now and then from what opens everything */
        what.valid = 1;
        got = exo_cap_forge(n % 16 ? from : 0, to, what);
        expected = n % 16 && !makes(held[we][from], what) ? -E_PERM : put(we, to, what);
        break;
    case 1:
        got = exo_cap_give(0, walker[who], from, to);
        expected = makes(held[we][from], held[we][from]) ? put(who, to, held[we][from]) : -E_PERM;
        break;
    default:
        offer(walker[who], (uint64_t)exo_env_self(), from, what);
        got = exo_cap_acquire(walker[who], to);
        expected = makes(held[who][from], what) ? put(we, to, what) : -E_PERM;
    }
    if (got != expected)
        check_fail(c, "step %u: %ld, not %ld", n, got, expected);
}

CHECK(caps_walk, "caps/a_random_walk_of_forge_give_acquire_and_revoke_is_as_the_model_says") {
    memset(held, 0, sizeof held);
    seed = 7;
    for (unsigned i = 1; i < EXO_CAPS; i++)
        CHECK_THAT(c, exo_cap_forge(0, i, (struct cap){0}) == 0);
    for (unsigned i = 0; i < WALKERS; i++)
        walker[i] = (uint64_t)exo_env_create(0, cap(CAP_ALL, 1, 99, 0), "walker", 8, 0);
    for (unsigned n = 0; n < STEPS; n++) {
        step(c, n);
        if (n % 500 == 250) {
            struct cap what = any();
            what.valid = 1;
            CHECK_THAT(c, revoke(0, what) > 0);
            for (unsigned who = 0; who <= WALKERS; who++)
                for (unsigned i = 0; i < EXO_CAPS; i++)
                    if (cap_is_under(held[who][i], what))
                        held[who][i] = (struct cap){0};
        }
        if (n % 100 == 99)
            lists_agree(c);
    }
    for (unsigned i = 0; i < WALKERS; i++)
        exo_env_destroy(0, walker[i]);
}
