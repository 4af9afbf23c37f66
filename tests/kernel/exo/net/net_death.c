/* SPDX-License-Identifier: MIT */
/* net_death.c -- filters, rings and frames of one that has ended. */
#include "../../registers.h"
#include "../program/attacks.h"
#include "net.h"

#include "exo/libos/frames.h"
#include "exo/libos/ipc/transfer.h"
#include "exo/libos/spawn.h"
#include "lib/string.h"

enum { TYPE = 0x88b5 };

static void bury(uint64_t id) {
    exo_env_destroy(0, id);
    while (frames_await())
        continue;
}

static long new_one(void) {
    return spawn(0, "attacker", (uint64_t)exo_env_self() << 32 | ATTACK_NET, 0, 0);
}

/* It does what these words of its u-area ask. */
static uint64_t ask_it(struct check *c, long id, uint64_t type, uint64_t send, uint64_t refer,
                       uint64_t many) {
    const uint64_t ask[] = {type, send, refer, many};
    if (id <= 0 ||
        exo_env_write(0, (uint64_t)id, offsetof(struct exo_uarea, own), ask, sizeof ask) ||
        exo_env_yield((uint64_t)id))
        check_fail(c, "no other: %ld", id);
    return (uint64_t)id;
}

static uint64_t other_of(struct check *c, uint64_t type, uint64_t send, uint64_t refer,
                         uint64_t many) {
    return ask_it(c, new_one(), type, send, refer, many);
}

static uint64_t other(struct check *c, uint64_t type, uint64_t send, uint64_t refer) {
    return other_of(c, type, send, refer, 0);
}

/* One in the slot of one that has ended: all others come before it. */
static uint64_t heir_of(struct check *c, uint64_t ended, uint64_t send) {
    long id = new_one();
    for (unsigned n = 0; n < 2 * EXO_ENVS && id > 0 && ((uint64_t)id - ended) % EXO_ENVS; n++) {
        bury((uint64_t)id);
        id = new_one();
    }
    return ask_it(c, id, 0, send, 0, 0);
}

static uint64_t said(uint64_t id, unsigned n) {
    uint64_t value = 0;
    exo_env_read(0, id, offsetof(struct exo_uarea, own) + 8 * n, &value, sizeof value);
    return value;
}

/* The first one takes tables of this environment's. */
static bool begin(struct check *c) {
    if (env_info()->nics)
        bury(other(c, 0, 0, 0));
    return net_begin(c);
}

CHECK(net_death_ring, "net/no_ring_of_one_that_has_ended_is_filled") {
    const struct exo_pages gone = {(uint64_t)page(PAGES), 0, 1};
    volatile uint64_t *told = (volatile uint64_t *)page(PAGES);
    if (!begin(c))
        return;
    uint64_t id = other(c, TYPE, 0, 0), frame = said(id, NET_SAYS_RING);
    const struct exo_pages shared = {(uint64_t)page(PAGES),
                                     frame << 12 | EXO_PRESENT | EXO_WRITE | EXO_NO_EXEC, 1};
    CHECK_THAT(c, said(id, NET_SAYS_ERROR) == 0 && frame);
    CHECK_THAT(c, exo_page_update(0, 0, 0, &shared, 1, 0) == 1);
    send_at_once(TYPE, 1);
    CHECK_THAT(c, *told == (60 | 60ul << 32) && page(PAGES)[2048 + 20] == 1);
    *told = 0;
    exo_env_destroy(0, id);
    send_at_once(TYPE, 2);
    CHECK_THAT(c, env_info()->env_unfreed == 1);
    CHECK_THAT(c, *told == 0 && page(PAGES)[2048 + 20] == 1);
    while (frames_await())
        continue;
    CHECK_THAT(c, exposed_frame(frame)->pins == 0);
    uint64_t nobody = nic_seen(0)->nobody;
    send_at_once(TYPE, 3); /* its filter is gone, too */
    CHECK_THAT(c, nic_seen(0)->nobody == nobody + 1);
    exo_page_update(0, 0, 0, &gone, 1, 0);
    net_end(c);
}

CHECK(net_death_dma, "net/the_frames_that_a_device_has_stay_when_their_sender_dies") {
    const struct exo_pages extra = {(uint64_t)page(PAGES), 0, 200};
    if (!begin(c))
        return;
    for (unsigned round = 0; round < 4 && !c->failed; round++) {
        uint64_t id = other(c, 0, ALONE + 1, 0), frame = said(id, NET_SAYS_FRAME);
        CHECK_THAT(c, said(id, NET_SAYS_ERROR) == 0 && frame && nic_seen(ALONE)->sending == 1);
        exo_env_destroy(0, id);
        while (frames_await())
            continue;
        CHECK_THAT(c, exposed_frame(frame)->references == 2 && exposed_frame(frame)->pins == 2);
        CHECK_THAT(c, frames_map(0, 0, 0, extra.at, 200, EXO_WRITE | EXO_NO_EXEC) == 0);
        for (unsigned i = 0; i < 200; i++) {
            CHECK_THAT(c, frame_at(page(PAGES + i)) != frame);
            page(PAGES + i)[0] = 0;
        }
        CHECK_THAT(c, exo_nic_reset(0, ALONE) == 0 && exposed_frame(frame)->references == 0);
        for (unsigned i = 0; i < 200; i++)
            CHECK_THAT(c, page(PAGES + i)[0] == 0);
        exo_page_update(0, 0, 0, &extra, 1, 0);
    }
    net_end(c);
}

CHECK(net_death_left, "net/what_those_who_ended_left_on_its_way_is_counted_to_nobody") {
    enum { WIRE = 64, ONE = ALONE + 1, ALL = ONE | EXO_SENDS_OF << 8 };
    if (!begin(c))
        return;
    uint64_t first = other(c, 0, ALL, 0);
    CHECK_THAT(c, said(first, NET_SAYS_ERROR) == 0 && nic_seen(ALONE)->sending == EXO_SENDS_OF);
    bury(first);
    uint64_t heir = heir_of(c, first, ONE);
    CHECK_THAT(c, said(heir, NET_SAYS_ERROR) == 0);
    bury(heir);
    for (unsigned sent = EXO_SENDS_OF + 1; sent < WIRE && !c->failed; sent += EXO_SENDS_OF) {
        uint64_t id = other(c, 0, ALL, 0);
        CHECK_THAT(c, said(id, NET_SAYS_ERROR) ==
                          (sent + EXO_SENDS_OF <= WIRE ? 0 : (uint64_t)-E_FULL));
        bury(id);
    }
    CHECK_THAT(c, nic_seen(ALONE)->sending == WIRE); /* it is full, and no other is */
    CHECK_THAT(c, transmit(0, TYPE, 60, 1) == 0);
    settle();
    CHECK_THAT(c, *word(256) == 0);
    net_end(c);
}

/* One who says that more follow, and sends no more: he gives the processor away, ends, or has it
 * until his slice is over. What he sent is counted when it has gone. */
static void leave_untold(struct check *c, uint64_t then) {
    uint64_t in = nic_seen(0)->frames_in;
    long id = new_one();
    exo_slot_set(0, 0, (uint64_t)id, 0); /* so slices end */
    ask_it(c, id, 0, NET_SEND_MORE | then | (1 + 1), 0, 0);
    exo_slot_set(0, 0, (uint64_t)exo_env_self(), 0);
    settle();
    CHECK_THAT(c, nic_seen(0)->frames_in == in + 1);
    CHECK_THAT(c, then == NET_SEND_EXIT || said((uint64_t)id, NET_SAYS_ERROR) == 0);
    uint64_t frame = said((uint64_t)id, NET_SAYS_FRAME);
    CHECK_THAT(c, transmit(1, TYPE, 60, 1) == 0); /* the end of the one before is told */
    settle();
    CHECK_THAT(c, nic_seen(1)->sending == 0);
    CHECK_THAT(c, then == NET_SEND_EXIT || exposed_frame(frame)->pins == 0);
    bury((uint64_t)id);
}

CHECK(net_death_more, "net/what_a_device_has_not_heard_of_goes_with_its_senders_turn") {
    if (!begin(c))
        return;
    leave_untold(c, 0);
    leave_untold(c, NET_SEND_EXIT);
    if (env_info()->tsc_hz) /* slices end */
        leave_untold(c, NET_SEND_RUN);
    net_end(c);
}

/* Who transfers has neither yielded nor lost the processor; and no register is lost by the way. */
CHECK(net_death_more_transfer, "net/what_a_device_has_not_heard_of_goes_where_control_does") {
    uint64_t in[REGISTERS], out[REGISTERS];
    if (!begin(c))
        return;
    const struct exo_piece piece = {physical_of(page(4)), 60};
    long id = spawn(0, "attacker", ATTACK_SERVE, SPAWN_NO_GRANT, 0);
    CHECK_THAT(c, id > 0 && exo_env_yield((uint64_t)id) == 0);
    uint64_t came = nic_seen(0)->frames_in;
    struct message m = {.word = {1, 2, 3, 4, 5, 6}};
    CHECK_THAT(c, exo_packet_send_so(EXO_PACKET_HOW(1, 0) | EXO_PACKET_MORE, &piece, 1, 0) == 0);
    CHECK_THAT(c, transfer_call((uint64_t)id, &m, EXO_TRANSFER) == 0);
    settle();
    CHECK_THAT(c, m.word[0] == 1 + 2 + 3 + 4 + 5 + 6 && m.word[5] == 6);
    CHECK_THAT(c, nic_seen(0)->frames_in == came + 1);
    for (unsigned i = 0; i < REGISTERS; i++)
        in[i] = 0x1111111111111111ul * (i + 1);
    in[REGISTER_rax] = (uint64_t)exo_env_self() << 32 | EXO_TRANSFER; /* which takes none */
    CHECK_THAT(c, exo_packet_send_so(EXO_PACKET_HOW(1, 0) | EXO_PACKET_MORE, &piece, 1, 0) == 0);
    registers_around_syscall(in, out, 0);
    settle();
    CHECK_THAT(c, (long)out[REGISTER_rax] == -E_PERM && nic_seen(0)->frames_in == came + 2);
    for (unsigned i = REGISTER_rbx; i < REGISTER_rsp_moved; i++)
        if (i != REGISTER_rcx && i != REGISTER_r11 && out[i] != in[i])
            check_fail(c, "register %u is %#lx, not %#lx", i, out[i], in[i]);
    bury((uint64_t)id);
    net_end(c);
}

CHECK(net_death_more_two, "net/who_sends_by_another_interface_keeps_nothing_at_the_first_one") {
    if (!begin(c))
        return;
    uint64_t in = nic_seen(0)->frames_in, in_1 = nic_seen(1)->frames_in;
    uint64_t id = other(c, 0, NET_SEND_MORE | (1 + 1) | 2 << 8, 0);
    settle();
    CHECK_THAT(c, said(id, NET_SAYS_ERROR) == 0);
    CHECK_THAT(c, nic_seen(0)->frames_in == in + 1 && nic_seen(1)->frames_in == in_1 + 1);
    bury(id);
    net_end(c);
}

CHECK(net_death_taps, "net/who_has_ended_has_no_tap") {
    if (!begin(c))
        return;
    uint64_t id = other_of(c, 0, 0, 0, 1);
    CHECK_THAT(c, said(id, NET_SAYS_ERROR) == 0 && ring(0, 0, 0, 4, 2048) == 0);
    CHECK_THAT(c, exo_nettap(0, 1, 0) == -E_FULL);
    bury(id);
    CHECK_THAT(c, exo_nettap(0, 1, 0) == 0);
    net_end(c);
}

CHECK(net_death_shared, "net/a_filter_lasts_as_long_as_somebody_refers_to_it") {
    if (!begin(c))
        return;
    uint64_t first = other(c, TYPE, 0, 0), id = said(first, NET_SAYS_FILTER);
    uint64_t second = other(c, 0, 0, id);
    CHECK_THAT(c, said(first, NET_SAYS_ERROR) == 0 && said(second, NET_SAYS_ERROR) == 0);
    CHECK_THAT(c, filter_seen((long)id)->references == 2);
    bury(first);
    uint64_t nobody = nic_seen(0)->nobody;
    send_at_once(TYPE, 1);
    CHECK_THAT(c, filter_seen((long)id)->references == 1 && filter_seen((long)id)->dropped == 1);
    CHECK_THAT(c, nic_seen(0)->nobody == nobody);
    bury(second);
    CHECK_THAT(c, filter_seen((long)id)->id != id && exo_filter_bind(0, id, 0) == -E_NOT_FOUND);
    send_at_once(TYPE, 1);
    CHECK_THAT(c, nic_seen(0)->nobody == nobody + 1);
    net_end(c);
}

CHECK(net_ring_id, "net/a_ring_that_comes_in_the_place_of_another_has_not_its_packets") {
    if (!begin(c))
        return;
    long id = listen(0, TYPE);
    CHECK_THAT(c, id > 0 && ring(0, 0, 8, 4, 2048) == 0);
    send_at_once(TYPE, 1);
    CHECK_THAT(c, *word(0) == 0 && *word(8) == 0 && filter_seen(id)->dropped == 1);
    CHECK_THAT(c, exo_filter_bind(0, (uint64_t)id, 0) == 0);
    send_at_once(TYPE, 1);
    CHECK_THAT(c, *word(0) == 0 && *word(8) == (60 | 60ul << 32));
    net_end(c);
}

/* --- No call, and no end, takes long --- */

enum { MOST = 10000, MOST_RESET = 16000 /* of whom all of the interface is */ };
enum { MOST_SPOILT = 10 * 512 }; /* a ring's frames, and the last ones of an end (freed.h) */

static uint64_t now(void) {
    uint32_t low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
    return (uint64_t)high << 32 | low;
}

static void took(struct check *c, const char *what, uint64_t most, uint64_t began) {
    uint64_t ticks = now() - began;
    if (ticks > most)
        check_fail(c, "%s: %lu instructions", what, ticks);
}

/* A ring of as many buffers as there may be, each of as many pieces: in one call and some for the
 * rest, in the place of another. */
static void fill_ring(struct check *c, struct exo_packet_buffer *b) {
    uint64_t began = now();
    long n = exo_packet_ring(0, 0, b, EXO_PACKET_BUFFERS);
    took(c, "a ring", MOST, began);
    CHECK_THAT(c, n > 0 && n < EXO_PACKET_BUFFERS);
    for (; n < EXO_PACKET_BUFFERS; n++)
        CHECK_THAT(c, exo_packet_change(0, (uint64_t)n, &b[n]) == 0);
}

CHECK(net_bounded, "net/no_call_on_packets_takes_long_nor_the_end_of_who_had_many") {
    static struct exo_packet_buffer b[EXO_PACKET_BUFFERS];
    static struct cap list[EXO_ACL_MOST];
    if (!strstr((const char *)env_info()->command_line, "clock=icount")) {
        check_skip(c, "the clock counts no instructions");
        return;
    }
    if (!begin(c))
        return;
    for (unsigned i = 0; i < EXO_ACL_MOST; i++) /* the last word opens it */
        list[i] = i == EXO_ACL_MOST - 1 ? (struct cap){.rights = CAP_ALL, .valid = 1} : mine;
    list[0] = (struct cap){.rights = CAP_ALL, .valid = 1};
    exo_acl_set(0, frame_at(page(0)), 1, list, EXO_ACL_MOST, 0);
    for (unsigned i = 0; i < EXO_PACKET_BUFFERS; i++) {
        b[i].word = physical_of(word(i));
        b[i].pieces = EXO_PACKET_PIECES;
        for (unsigned n = 0; n < EXO_PACKET_PIECES; n++)
            b[i].piece[n] = (struct exo_piece){physical_of(page(0)), 200};
    }
    for (unsigned i = 0; i < 4; i++)
        fill_ring(c, b);
    for (unsigned i = 0; i < 8; i++) { /* the one before goes in parts */
        uint64_t began = now();
        CHECK_THAT(c, exo_packet_ring(0, 0, NULL, 0) == 0);
        took(c, "a rings end", MOST, began);
    }
    uint64_t began = now();
    exo_nic_reset(0, ALONE);
    took(c, "a reset", MOST_RESET, began);
    uint64_t id = other_of(c, 0, 0, 0, 1);
    CHECK_THAT(c, said(id, NET_SAYS_ERROR) == 0);
    exo_env_destroy(0, id);
    for (bool more = true; more && !c->failed;) {
        bool pages = exposed_env(id) && exposed_env(id)->pages; /* these are spoilt (freed.h) */
        began = now();
        more = frames_await();
        took(c, "a part of an end", pages ? 10 * MOST : MOST + MOST_SPOILT, began);
    }
    net_end(c);
}
