/* SPDX-License-Identifier: MIT */
/* A listener under a flood of SYNs, and owners whose peers read slowly: memory stays what it is,
 * and who is honest gets in. */
#include <string.h>

#include "protocol/tcp/tcp_listen.h"
#include "../random.h"
#include "../unit.h"

enum { HALVES = 8, ROOM = 4000, MSS = 1000 };

static const struct secret secret = {{0x1234567890abcdef, 0xfedcba0987654321}};
static struct tcp_half half[HALVES];
static struct tcp_listener l;
static struct tcp opened;
static struct tcp_event e;
static struct tcp_segment reply;
static uint64_t now;

static void begin(void) {
    memset(half, 0, sizeof half);
    l = (struct tcp_listener){
        .half = half, .count = HALVES, .room = ROOM, .mss = MSS, .secret = &secret};
    now = 1000 * TCP_SECOND;
}

static struct tuple peer(uint32_t n) {
    return (struct tuple){
        .source = 1, .target = 100 + n, .source_port = 80, .target_port = (uint16_t)n};
}

static enum tcp_heard hears(uint32_t n, struct tcp_segment s, bool full) {
    struct tuple who = peer(n);
    s.source = who.target_port;
    s.target = 80;
    s.window = 4000;
    return tcp_listen_input(&l, &who, &s, now, full, &opened, &e, &reply);
}

static enum tcp_heard syn(uint32_t n) {
    return hears(n,
                 (struct tcp_segment){
                     .flags = TCP_SYN, .seq = 7000 + n, .options = TCP_HAS_MSS, .mss = 1300},
                 false);
}

static enum tcp_heard ack(uint32_t n, uint32_t of) {
    return hears(n, (struct tcp_segment){.flags = TCP_ACK, .seq = 7001 + n, .ack = of}, false);
}

static void who_connects_is_connected(void **state) {
    (void)state;
    begin();
    assert_int_equal(syn(1), TCP_HEARD_REPLY);
    assert_true(reply.flags == (TCP_SYN | TCP_ACK) && reply.ack == 7002 && reply.source == 80);
    uint32_t iss = reply.seq;
    assert_int_equal(syn(1), TCP_HEARD_REPLY); /* our answer was lost: the same again */
    assert_true(reply.seq == iss && l.cookies == 0);
    assert_int_equal(ack(1, iss + 1), TCP_HEARD_OPENED);
    assert_true(e.what == TCP_OPENED && opened.state == TCP_ESTABLISHED && opened.mss == MSS);
    assert_true(opened.target == 1 && opened.source == 80);
    assert_int_equal(ack(1, iss + 1), TCP_HEARD_REPLY); /* it has it no more */
    assert_true(reply.flags == TCP_RST);
}

static void the_answer_is_said_again_and_given_up(void **state) {
    (void)state;
    begin();
    syn(1);
    syn(2);
    unsigned said[3] = {0};
    while (tcp_listen_deadline(&l) != UINT64_MAX) {
        struct tuple who;
        now = tcp_listen_deadline(&l);
        while (tcp_listen_timer(&l, now, &who, &reply)) {
            assert_true(reply.flags == (TCP_SYN | TCP_ACK) && reply.target == who.target_port);
            said[who.target_port]++;
        }
    }
    assert_true(said[1] == TCP_SYN_TRIES && said[2] == TCP_SYN_TRIES);
    assert_true(now > 1060 * TCP_SECOND && now < 1300 * TCP_SECOND);
    assert_true(half[0].tcp.state == TCP_CLOSED && half[1].tcp.state == TCP_CLOSED);
}

static void a_reset_frees_a_place(void **state) {
    (void)state;
    begin();
    syn(1);
    assert_int_equal(hears(1, (struct tcp_segment){.flags = TCP_RST, .seq = 7002}, true),
                     TCP_HEARD_NOTHING);
    assert_int_equal(half[0].tcp.state, TCP_CLOSED);
    assert_int_equal(hears(1, (struct tcp_segment){.flags = TCP_RST, .seq = 7002}, false),
                     TCP_HEARD_NOTHING);
}

/* A million SYNs from nobody: the table stays theirs, and an honest peer gets in beside them. */
static void a_flood_of_syns_keeps_nobody_out(void **state) {
    (void)state;
    begin();
    for (uint32_t i = 0; i < 1000000; i++) {
        assert_int_equal(syn(10 + i % 50000), TCP_HEARD_REPLY);
        now += 1000;
    }
    assert_true(l.cookies > 900000);
    assert_int_equal(syn(1), TCP_HEARD_REPLY);
    uint32_t iss = reply.seq;
    assert_int_equal(reply.options, TCP_HAS_MSS);
    now += 60 * TCP_SECOND; /* a slow one */
    assert_int_equal(ack(1, iss + 1), TCP_HEARD_OPENED);
    assert_true(opened.state == TCP_ESTABLISHED && e.what == TCP_OPENED);
    assert_true(opened.snd_una == iss + 1 && opened.rcv_nxt == 7002 && opened.mss == MSS);
    struct tcp_segment s;
    uint32_t at;
    assert_true(tcp_write(&opened, 10) && tcp_output(&opened, now, &s, &at) && s.length == 10);
    assert_true(s.seq == iss + 1 && s.ack == 7002);
}

static void data_may_come_with_the_acknowledgement(void **state) {
    (void)state;
    begin();
    l.count = 0;
    syn(1);
    struct tcp_segment s = {.flags = TCP_ACK, .seq = 7002, .ack = reply.seq + 1, .length = 5};
    assert_int_equal(hears(1, s, false), TCP_HEARD_OPENED);
    assert_true(e.what == (TCP_OPENED | TCP_DATA) && e.ready == 5);
}

static void a_cookie_is_the_listeners_own(void **state) {
    (void)state;
    begin();
    l.count = 0;
    assert_int_equal(ack(1, 5), TCP_HEARD_REPLY); /* none was given */
    assert_int_equal(reply.flags, TCP_RST);
    syn(1);
    uint32_t iss = reply.seq;
    for (uint32_t i = 0; i < 100000; i++) /* guessed */
        assert_int_equal(ack(1, iss + 2 + below(1u << 31)), TCP_HEARD_REPLY);
    assert_int_equal(ack(2, iss + 1), TCP_HEARD_REPLY); /* another's */
    struct tcp_segment other = {.flags = TCP_ACK, .seq = 7003, .ack = iss + 1};
    assert_int_equal(hears(1, other, false), TCP_HEARD_REPLY); /* of another SYN */
    now += 200 * TCP_SECOND;
    assert_int_equal(ack(1, iss + 1), TCP_HEARD_REPLY); /* old */
    syn(2);
    assert_int_equal(ack(1, iss + 1), TCP_HEARD_REPLY); /* old, though others are given */
}

static void the_length_of_segments_is_remembered(void **state) {
    (void)state;
    begin();
    l.count = 0;
    l.mss = 1460;
    static const uint16_t said[] = {0, 100, 216, 535, 536, 1300, 1400, 1460, 9000},
                          kept[] = {216, 216, 216, 216, 536, 1220, 1400, 1460, 1460};
    for (unsigned i = 0; i < sizeof said / sizeof *said; i++) {
        hears(1,
              (struct tcp_segment){
                  .flags = TCP_SYN, .seq = 7001, .options = TCP_HAS_MSS, .mss = said[i]},
              false);
        assert_int_equal(ack(1, reply.seq + 1), TCP_HEARD_OPENED);
        assert_int_equal(opened.mss, kept[i]);
    }
}

static void who_has_no_place_lets_them_come_again(void **state) {
    (void)state;
    begin();
    struct tcp_segment s = {.flags = TCP_SYN, .seq = 7001};
    assert_int_equal(hears(1, s, true), TCP_HEARD_NOTHING);
    assert_int_equal(syn(1), TCP_HEARD_REPLY);
    s = (struct tcp_segment){.flags = TCP_ACK, .seq = 7002, .ack = reply.seq + 1};
    assert_int_equal(hears(1, s, true), TCP_HEARD_NOTHING);
    assert_int_equal(hears(1, s, false), TCP_HEARD_OPENED);
}

static void what_is_no_beginning_is_refused(void **state) {
    (void)state;
    begin();
    for (uint32_t flags = 0; flags < 64; flags++) {
        enum tcp_heard h =
            hears(1, (struct tcp_segment){.flags = (uint8_t)flags, .seq = 1, .ack = 9}, false);
        if ((flags & (TCP_SYN | TCP_RST | TCP_ACK)) == TCP_SYN)
            memset(half, 0, sizeof half);
        else
            assert_int_equal(h, flags & TCP_RST ? TCP_HEARD_NOTHING : TCP_HEARD_REPLY);
    }
}

/* --- Slow readers --- */

static void connect(uint32_t n) {
    assert_int_equal(syn(n), TCP_HEARD_REPLY);
    assert_int_equal(ack(n, reply.seq + 1), TCP_HEARD_OPENED);
}

/* The peer takes nothing for a time. */
static void shut_for(uint64_t ns) {
    struct tcp_segment s, shut = {.flags = TCP_ACK, .seq = opened.rcv_nxt, .ack = opened.snd_una};
    uint32_t at;
    for (uint64_t end = now + ns; now < end;) {
        tcp_input(&opened, &shut, now, &e);
        while (tcp_output(&opened, now, &s, &at))
            continue;
        now = tcp_deadline(&opened) < end ? tcp_deadline(&opened) : end;
        tcp_timer(&opened, now, &e);
        assert_int_equal(e.what, 0);
    }
}

static void who_reads_slowly_makes_place_for_others(void **state) {
    (void)state;
    begin();
    connect(1);
    now += 3600 * TCP_SECOND;
    assert_false(tcp_may_go(&opened)); /* nothing waits for it */
    assert_true(tcp_write(&opened, 1000));
    shut_for(5 * TCP_SECOND);
    assert_false(tcp_may_go(&opened));
    shut_for(120 * TCP_SECOND);
    assert_true(tcp_may_go(&opened) && opened.state == TCP_ESTABLISHED);
    struct tcp_segment open = {
        .flags = TCP_ACK, .seq = opened.rcv_nxt, .ack = opened.snd_una, .window = 4000};
    tcp_input(&opened, &open, now, &e);
    assert_false(tcp_may_go(&opened)); /* it reads again */
}

/* Peers that connect and never read, as many as like: the owner has places for ten, and the
 * eleventh that is honest gets one. */
static void ten_places_are_enough_for_any_number_of_them(void **state) {
    (void)state;
    static struct tcp place[10];
    begin();
    uint32_t honest = 0;
    memset(place, 0, sizeof place);
    for (uint32_t n = 1; n < 500; n++) {
        connect(n);
        uint32_t i = 0;
        while (i < 10 && !tcp_may_go(&place[i]))
            i++;
        if (i < 10) {
            place[i] = opened;
            honest++;
        }
        for (i = 0; i < 10; i++) {
            struct tcp_event ev;
            struct tcp_segment s, shut = {.flags = TCP_ACK,
                                          .seq = place[i].rcv_nxt,
                                          .ack = place[i].snd_una,
                                          .options = 0};
            uint32_t at;
            if (place[i].state == TCP_ESTABLISHED && place[i].snd_end == place[i].snd_una)
                tcp_write(&place[i], 100);
            tcp_input(&place[i], &shut, now, &ev);
            if (tcp_deadline(&place[i]) <= now)
                tcp_timer(&place[i], now, &ev);
            while (tcp_output(&place[i], now, &s, &at))
                continue;
        }
        now += TCP_SECOND;
    }
    assert_true(honest > 40);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_connects_is_connected),
        cmocka_unit_test(the_answer_is_said_again_and_given_up),
        cmocka_unit_test(a_reset_frees_a_place),
        cmocka_unit_test(a_flood_of_syns_keeps_nobody_out),
        cmocka_unit_test(data_may_come_with_the_acknowledgement),
        cmocka_unit_test(a_cookie_is_the_listeners_own),
        cmocka_unit_test(the_length_of_segments_is_remembered),
        cmocka_unit_test(who_has_no_place_lets_them_come_again),
        cmocka_unit_test(what_is_no_beginning_is_refused),
        cmocka_unit_test(who_reads_slowly_makes_place_for_others),
        cmocka_unit_test(ten_places_are_enough_for_any_number_of_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
