/* SPDX-License-Identifier: MIT */
/* ash_others.c -- handlers of another environment: when it has ended, in whose time they run, who
 * may do what with them. */
#include "ash_others.h"

#include "../program/attacks.h"

#include "exo/libos/frames.h"
#include "exo/libos/spawn.h"

static long new_one(void) {
    return spawn(0, "attacker", (uint64_t)exo_env_self() << 32 | ATTACK_ASH, 0, 0);
}

/* It has a handler that does this; its creator goes on when it is there. */
static uint64_t ask_it(struct check *c, long id, uint64_t does, bool spins, struct cap who) {
    uint64_t ask[] = {ASH_TYPE, does, spins, 0};
    __builtin_memcpy(&ask[ASH_ASK_WHO], &who, sizeof who);
    if (id <= 0 ||
        exo_env_write(0, (uint64_t)id, offsetof(struct exo_uarea, own), ask, sizeof ask) ||
        exo_env_yield((uint64_t)id))
        check_fail(c, "no other: %ld", id);
    return (uint64_t)id;
}

uint64_t other_new(struct check *c, uint64_t does, bool spins, struct cap who) {
    return ask_it(c, new_one(), does, spins, who);
}

uint64_t other_said(uint64_t id, unsigned n) {
    uint64_t value = 0;
    exo_env_read(0, id, offsetof(struct exo_uarea, own) + 8 * n, &value, sizeof value);
    return value;
}

void other_show(uint64_t id) {
    const struct exo_pages shared = {
        (uint64_t)THEIRS,
        other_said(id, ASH_SAYS_REGION) << 12 | EXO_PRESENT | EXO_WRITE | EXO_NO_EXEC, 1};
    exo_page_update(0, 0, 0, &shared, 1, 0);
}

void other_hide(void) {
    const struct exo_pages gone = {(uint64_t)THEIRS, 0, 1};
    exo_page_update(0, 0, 0, &gone, 1, 0);
}

void other_bury(uint64_t id) {
    exo_env_destroy(0, id);
    while (frames_await())
        continue;
}

/* One in the slot of one that has ended: all others come before it. */
static uint64_t heir_of(struct check *c, uint64_t ended, uint64_t does) {
    long id = new_one();
    for (unsigned n = 0; n < 2 * EXO_ENVS && id > 0 && ((uint64_t)id - ended) % EXO_ENVS; n++) {
        other_bury((uint64_t)id);
        id = new_one();
    }
    return ask_it(c, id, does, false, none);
}

bool others_begin(struct check *c) {
    if (env_info()->nics)
        other_bury(other_new(c, TELLS_TAKE, false, none));
    return net_begin(c);
}

/* A frame to interface 1, without a switch to anybody. */
static void send_to_handler(uint64_t bytes) {
    const struct exo_piece piece = {physical_of(page(PAGES - 2)), bytes};
    uint64_t in = nic_seen(1)->frames_in;
    page(PAGES - 2)[12] = ASH_TYPE >> 8;
    page(PAGES - 2)[13] = (uint8_t)ASH_TYPE;
    exo_packet_send(0, 0, &piece, 1, 0);
    for (unsigned i = 0; i < 10000 && nic_seen(1)->frames_in == in; i++)
        exo_null();
}

CHECK(ash_ended, "ash/of_one_that_has_ended_nothing_runs_any_more") {
    if (!others_begin(c))
        return;
    uint64_t id = other_new(c, TELLS_TAKE, false, none);
    CHECK_THAT(c, other_said(id, ASH_SAYS_ERROR) == 0);
    other_show(id);
    send_to_handler(60);
    CHECK_THAT(c, THEIRS[TELLS_RUNS] == 1);
    exo_env_destroy(0, id);
    send_to_handler(60);
    CHECK_THAT(c, env_info()->env_unfreed == 1 && THEIRS[TELLS_RUNS] == 1);
    while (frames_await())
        continue;
    uint64_t nobody = nic_seen(1)->nobody;
    send_to_handler(60);
    CHECK_THAT(c, THEIRS[TELLS_RUNS] == 1 && nic_seen(1)->nobody == nobody + 1);
    CHECK_THAT(c, exposed_frame(frame_at(THEIRS))->pins == 0);
    other_hide();
    net_end(c);
}

CHECK(ash_flies, "ash/what_it_sent_goes_though_its_owner_ends_meanwhile") {
    if (!others_begin(c))
        return;
    for (unsigned i = 0; i < 12 && !c->failed; i++) { /* more than there are places */
        uint64_t id = other_new(c, TELLS_SEND, false, none);
        CHECK_THAT(c, exo_packet_template(0, id, ALONE, NULL, 0) == 0);
        other_show(id);
        THEIRS[TELLS_ARGUMENT] = ALONE;
        for (unsigned n = 0; n < 4; n++)
            send_to_handler(60);
        CHECK_THAT(c, THEIRS[TELLS_RUNS] == 4 && THEIRS[TELLS_RESULT] == 0);
        CHECK_THAT(c, nic_seen(ALONE)->sending == 4);
        other_hide();
        other_bury(id);
        CHECK_THAT(c, exo_nic_reset(0, ALONE) == 0 && nic_seen(ALONE)->sending == 0);
    }
    net_end(c);
}

CHECK(ash_left, "ash/what_those_who_ended_left_on_its_way_is_counted_to_nobody") {
    if (!others_begin(c))
        return;
    uint64_t id = 0;
    for (unsigned i = 0; i < 5 && !c->failed; i++) { /* four fill the wire */
        id = i < 4 ? other_new(c, TELLS_SEND, false, none) : heir_of(c, id, TELLS_SEND);
        CHECK_THAT(c, exo_packet_template(0, id, ALONE, NULL, 0) == 0);
        CHECK_THAT(c, exo_packet_template(0, id, 1, NULL, 0) == 0);
        other_show(id);
        THEIRS[TELLS_ARGUMENT] = ALONE;
        for (unsigned n = 0; n < 8; n++)
            send_to_handler(60);
        CHECK_THAT(c, THEIRS[TELLS_RUNS] == 8 && THEIRS[TELLS_RESULT] == (i < 4 ? 0 : E_FULL));
        THEIRS[TELLS_ARGUMENT] = 1; /* and no other */
        send_to_handler(60);
        CHECK_THAT(c, THEIRS[TELLS_RESULT] == (i < 4 ? E_FULL : 0));
        other_hide();
        other_bury(id);
    }
    CHECK_THAT(c, nic_seen(ALONE)->sending == 32);
    net_end(c);
}

CHECK(ash_own, "ash/a_handler_is_bound_and_dropped_by_its_owner_only") {
    if (!others_begin(c))
        return;
    uint64_t id = other_new(c, TELLS_TAKE, false, none), theirs = other_said(id, ASH_SAYS_ASH);
    const struct exo_ash_stage_of sum = {.kind = EXO_ASH_SUM};
    long mine_too = filter(0, 1, ASH_TYPE + 1);
    CHECK_THAT(c, other_said(id, ASH_SAYS_ERROR) == 0 && mine_too > 0);
    CHECK_THAT(c, exo_ash_drop(theirs) == -E_NOT_FOUND);
    CHECK_THAT(c, exo_ash_bind(0, (uint64_t)mine_too, theirs) == -E_NOT_FOUND);
    CHECK_THAT(c, exo_ash_pipe_set(theirs, 0, &sum, 1, NULL) == -E_NOT_FOUND);
    exo_cap_forge(0, HELD, foreign);
    CHECK_THAT(c, exo_ash_bind(HELD, other_said(id, ASH_SAYS_FILTER), 0) == -E_PERM);
    other_show(id);
    send_to_handler(60);
    CHECK_THAT(c, THEIRS[TELLS_RUNS] == 1);
    other_hide();
    other_bury(id);
    CHECK_THAT(c, exo_ash_drop(theirs) == -E_NOT_FOUND);
    net_end(c);
}

CHECK(ash_messages, "ash/messages_come_from_whom_its_owner_allows_and_are_handled_at_once") {
    const struct cap who = {.rights = CAP_ALL, .valid = 1, .length = 2, .name = {'r', 1}};
    const struct cap reads = {.rights = CAP_READ, .valid = 1, .length = 2, .name = {'r', 1}};
    uint8_t message[EXO_ASH_BYTES + 1] = {0};
    if (!others_begin(c))
        return;
    uint64_t id = other_new(c, TELLS_TAKE, false, who), theirs = other_said(id, ASH_SAYS_ASH);
    CHECK_THAT(c, other_said(id, ASH_SAYS_ERROR) == 0);
    other_show(id);
    message[20] = 0x5a;
    exo_cap_forge(0, HELD, foreign);
    exo_cap_forge(0, OTHER, reads);
    CHECK_THAT(c, exo_ash_message(HELD, theirs, message, 64) == -E_PERM);
    CHECK_THAT(c, exo_ash_message(OTHER, theirs, message, 64) == -E_PERM);
    CHECK_THAT(c, exo_ash_message(EXO_CAPS, theirs, message, 64) == -E_PERM);
    CHECK_THAT(c, exo_ash_message(0, theirs, message, EXO_ASH_BYTES + 1) == -E_TOO_LONG);
    CHECK_THAT(c, exo_ash_message(0, theirs, (void *)(EXO_TABLES - 8), 64) == -E_FAULT);
    CHECK_THAT(c, exo_ash_message(0, theirs + 1, message, 64) == -E_NOT_FOUND);
    CHECK_THAT(c, THEIRS[TELLS_RUNS] == 0);
    exo_cap_forge(0, OTHER, who);
    CHECK_THAT(c, exo_ash_message(OTHER, theirs, message, EXO_ASH_BYTES) == 1);
    CHECK_THAT(c, THEIRS[TELLS_RUNS] == 1 && THEIRS[TELLS_FIRST] == 0x5a);
    CHECK_THAT(c, THEIRS[TELLS_BYTES] == EXO_ASH_BYTES);
    CHECK_THAT(c, THEIRS[TELLS_FROM] == (EXO_ASH_MESSAGE | (uint64_t)exo_env_self()));
    THEIRS[TELLS_ASKED] = TELLS_LOOK;
    CHECK_THAT(c, exo_ash_message(OTHER, theirs, message, 0) == 1 && THEIRS[TELLS_RUNS] == 2);
    THEIRS[TELLS_ASKED] = TELLS_DECLINE;
    CHECK_THAT(c, exo_ash_message(OTHER, theirs, message, 1) == 0 && THEIRS[TELLS_RUNS] == 3);
    /* Who takes none from anybody; and one after whose region its owner has no right. */
    uint64_t nobodys = other_new(c, TELLS_TAKE, false, none);
    CHECK_THAT(c, exo_ash_message(0, other_said(nobodys, ASH_SAYS_ASH), message, 1) == -E_PERM);
    other_bury(nobodys);
    other_hide();
    other_bury(id);
    CHECK_THAT(c, exo_ash_message(OTHER, theirs, message, 1) == -E_NOT_FOUND);
    net_end(c);
}

static uint64_t us(uint64_t n) {
    return env_info()->tsc_hz / 1000000 * n;
}

/* How many frames of this type this one sends in 60 ms, of which every second slice is its own. */
static uint64_t sent_in_its_slices(uint32_t type) {
    const struct exo_piece piece = {physical_of(page(PAGES - 2)), 60};
    uint64_t end = __builtin_ia32_rdtsc() + us(60000), sent = 0;
    page(PAGES - 2)[12] = (uint8_t)(type >> 8);
    page(PAGES - 2)[13] = (uint8_t)type;
    while (__builtin_ia32_rdtsc() < end)
        sent += exo_packet_send(0, 0, &piece, 1, 0) == 0;
    return sent;
}

/* How long the slices of this one are, while it sends frames that nobody wants, in ticks; others
 * have the slices between. */
static uint64_t slices_in_a_flood(void) {
    enum { SLICES = 40 };
    const struct exo_piece piece = {physical_of(page(PAGES - 2)), 60};
    uint64_t last = __builtin_ia32_rdtsc(), began = 0, all = 0;
    page(PAGES - 2)[12] = (ASH_TYPE + 1) >> 8;
    page(PAGES - 2)[13] = (uint8_t)(ASH_TYPE + 1);
    for (unsigned n = 0; n < SLICES;) {
        exo_packet_send(0, 0, &piece, 1, 0);
        uint64_t now = __builtin_ia32_rdtsc();
        if (now - last > us(50)) { /* another's slice was between */
            all += began ? last - began : 0;
            n += began != 0;
            began = now;
        }
        last = now;
    }
    return all / SLICES;
}

CHECK(ash_nobodys_time, "ash/a_flood_that_nobody_wants_takes_nobodys_share") {
    if (!others_begin(c))
        return;
    if (!env_info()->tsc_hz) {
        check_skip(c, "the machine has no clock of known rate");
        net_end(c);
        return;
    }
    uint64_t id = other_new(c, TELLS_BURN, true, none);
    for (unsigned i = 1; i < EXO_SLOTS; i += 2)
        CHECK_THAT(c, exo_slot_set(0, i, id, 0) == 0);
    uint64_t took = slices_in_a_flood(), usual = us(EXO_SLICE_NS / 1000);
    for (unsigned i = 1; i < EXO_SLOTS; i += 2)
        exo_slot_set(0, i, (uint64_t)exo_env_self(), 0);
    other_bury(id);
    if (took < usual + usual / 20)
        check_fail(c, "a slice of %lu, of %lu without a flood", took, usual);
    net_end(c);
}

CHECK(ash_charged, "ash/a_flood_on_a_handler_takes_its_owners_slices_and_no_others") {
    if (!others_begin(c))
        return;
    if (!env_info()->tsc_hz) {
        check_skip(c, "the machine has no clock of known rate");
        net_end(c);
        return;
    }
    uint64_t id = other_new(c, TELLS_BURN, true, none);
    CHECK_THAT(c, other_said(id, ASH_SAYS_ERROR) == 0);
    for (unsigned i = 1; i < EXO_SLOTS; i += 2)
        CHECK_THAT(c, exo_slot_set(0, i, id, 0) == 0);
    uint64_t quiet = sent_in_its_slices(ASH_TYPE + 1), flood = sent_in_its_slices(ASH_TYPE);
    for (unsigned i = 1; i < EXO_SLOTS; i += 2)
        exo_slot_set(0, i, (uint64_t)exo_env_self(), 0);
    other_show(id);
    uint64_t runs = THEIRS[TELLS_RUNS];
    other_hide();
    other_bury(id);
    if (flood < quiet / 2 || runs < 1000) /* each run takes as long as some four of these */
        check_fail(c, "%lu, in a flood %lu; %lu runs", quiet, flood, runs);
    net_end(c);
}
