/* SPDX-License-Identifier: MIT */
/* segments.h -- a connection, led into any state, and what comes to it segment by segment. */
#ifndef TESTS_UNIT_PROTOCOL_SEGMENTS_H
#define TESTS_UNIT_PROTOCOL_SEGMENTS_H

#include <string.h>

#include "protocol/tcp/tcp.h"
#include "../unit.h"

enum { ISS = 1000, IRS = 5000, MSS = 1000, ROOM = 8000, WINDOW = 4000 };

static struct tcp t;
static struct tcp_event e;
static struct tcp_segment out;
static uint32_t at;
static uint64_t now;

static const struct tcp_setup how = {
    .iss = ISS, .room = ROOM, .source = 80, .target = 9, .mss = MSS};

static inline void input(uint32_t flags, uint32_t seq, uint32_t ack, uint32_t length) {
    struct tcp_segment s = {.source = 9,
                            .target = 80,
                            .flags = (uint8_t)flags,
                            .seq = seq,
                            .ack = ack,
                            .length = length,
                            .window = WINDOW};
    tcp_input(&t, &s, now, &e);
}

static inline bool sends(void) {
    return tcp_output(&t, now, &out, &at);
}

/* What it sends is an acknowledgement and nothing else. */
static inline bool acknowledges(uint32_t ack) {
    return sends() && out.flags == TCP_ACK && !out.length && out.ack == ack && !sends();
}

static inline void quiet(void) {
    while (sends())
        continue;
}

/* From nothing into a state; the peer's next byte is IRS + 1, ours ISS + 1. */
static inline void into(enum tcp_state state) {
    struct tcp_segment syn = {
        .flags = TCP_SYN, .seq = IRS, .window = WINDOW, .options = TCP_HAS_MSS, .mss = MSS};
    now = 1000;
    if (state == TCP_SYN_SENT || state == TCP_CLOSED) {
        tcp_open(&t, &how);
        quiet();
        if (state == TCP_CLOSED)
            tcp_close(&t);
        return;
    }
    assert_true(tcp_accept(&t, &how, &syn, now));
    quiet();
    if (state == TCP_SYN_RECEIVED)
        return;
    input(TCP_ACK, IRS + 1, ISS + 1, 0);
    assert_true(e.what == TCP_OPENED && t.state == TCP_ESTABLISHED);
    if (state == TCP_CLOSE_WAIT || state == TCP_LAST_ACK)
        input(TCP_ACK | TCP_FIN, IRS + 1, ISS + 1, 0);
    if (state == TCP_LAST_ACK || (state >= TCP_FIN_WAIT_1 && state != TCP_CLOSE_WAIT))
        tcp_close(&t);
    quiet();
    if (state == TCP_CLOSING || state == TCP_TIME_WAIT)
        input(TCP_ACK | TCP_FIN, IRS + 1, ISS + 1, 0);
    quiet();
    if (state == TCP_FIN_WAIT_2)
        input(TCP_ACK, IRS + 1, ISS + 2, 0);
    if (state == TCP_TIME_WAIT)
        input(TCP_ACK, IRS + 2, ISS + 2, 0);
    assert_int_equal(t.state, state);
}

/* The peer's next number in a state: its FIN has one. */
static inline uint32_t next_of(enum tcp_state state) {
    bool ended = state == TCP_CLOSE_WAIT || state == TCP_CLOSING || state == TCP_LAST_ACK ||
                 state == TCP_TIME_WAIT;
    return IRS + 1 + ended;
}

static inline uint32_t ours_of(enum tcp_state state) {
    return state == TCP_FIN_WAIT_2 || state == TCP_TIME_WAIT ? ISS + 2 : ISS + 1;
}

static inline void timeout(void) {
    now = tcp_deadline(&t);
    tcp_timer(&t, now, &e);
}

#endif
