/* SPDX-License-Identifier: MIT */
/* wire.h -- two ends of a connection and the network between them, which loses, doubles, reorders
 * and delays by seed. Each end is what an owner of a connection is: buffers, a timer, and a program
 * that writes a stream at its own pace and reads the other's. */
#ifndef TESTS_UNIT_PROTOCOL_WIRE_H
#define TESTS_UNIT_PROTOCOL_WIRE_H

#include <stdlib.h>
#include <string.h>

#include "protocol/tcp.h"
#include "../random.h"
#include "../unit.h"

#define BUFFER 4096u
#define FRAMES 256
#define MSS    536

struct frame {
    bool used;
    int to;
    uint64_t at;
    uint8_t bytes[TCP_HEADER_MOST + BUFFER];
    uint32_t length;
};

/* In a hundred. */
struct weather {
    uint32_t lose, twice, reorder, ns;
};

struct side {
    struct tcp tcp;
    uint8_t out[BUFFER]; /* from snd_una on */
    uint8_t in[BUFFER];  /* from what the program has not read yet on */
    bool held[BUFFER];
    uint32_t out_bytes, in_bytes; /* in the buffers; of `in`, in order */
    uint32_t written, read, wants, pace;
    bool closes, ended, opened;
    uint32_t over; /* TCP_RESET, TCP_TIMEOUT, TCP_GONE */
};

struct wire {
    uint64_t now;
    struct side side[2];
    struct frame frame[FRAMES];
    struct weather weather;
    uint64_t sent, lost;
};

/* The n-th byte of what a side writes. */
static uint8_t byte_of(int side, uint32_t n) {
    return (uint8_t)(n * 2654435761u >> 23 ^ (n >> 8) ^ (side ? 0x5a : 0));
}

static void put_frame(struct wire *w, int to, const uint8_t *bytes, uint32_t length, uint64_t at) {
    for (int i = 0; i < FRAMES; i++)
        if (!w->frame[i].used) {
            struct frame *f = &w->frame[i];
            f->used = true;
            f->to = to;
            f->at = at;
            f->length = length;
            memcpy(f->bytes, bytes, length);
            return;
        }
    w->lost++;
}

static void transmit(struct wire *w, int from, const uint8_t *bytes, uint32_t length) {
    w->sent++;
    if (below(100) < w->weather.lose) {
        w->lost++;
        return;
    }
    uint64_t at = w->now + w->weather.ns;
    if (below(100) < w->weather.reorder)
        at += below(10) * (w->weather.ns + 1000);
    put_frame(w, !from, bytes, length, at);
    if (below(100) < w->weather.twice)
        put_frame(w, !from, bytes, length, at + below(1000000));
}

static void put_segment(struct wire *w, int side, const struct tcp_segment *s, uint32_t at) {
    uint8_t bytes[TCP_HEADER_MOST + BUFFER];
    struct side *me = &w->side[side];
    uint32_t header = tcp_put(bytes, s);
    assert_true(header >= 20 && header <= TCP_HEADER_MOST);
    assert_true(s->length <= MSS && (!s->length || at + s->length <= me->out_bytes));
    memcpy(bytes + header, me->out + at, s->length);
    transmit(w, side, bytes, header + s->length);
}

static void send_all(struct wire *w, int side) {
    struct tcp_segment s;
    uint32_t at;
    for (int n = 0; tcp_output(&w->side[side].tcp, w->now, &s, &at); n++) {
        assert_true(n < 64);
        put_segment(w, side, &s, at);
    }
}

static void take_event(struct wire *w, int side, const struct tcp_event *e, const uint8_t *data) {
    struct side *me = &w->side[side];
    if (e->what & TCP_OPENED)
        me->opened = true;
    if (e->what & TCP_ACKED) {
        assert_true(e->acked <= me->out_bytes);
        me->out_bytes -= e->acked;
        memmove(me->out, me->out + e->acked, me->out_bytes);
    }
    if (e->what & TCP_DATA) {
        uint32_t to = me->in_bytes + e->at;
        assert_true(to + e->length <= BUFFER && me->in_bytes + e->ready <= BUFFER);
        memcpy(me->in + to, data + e->from, e->length);
        memset(me->held + to, true, e->length);
        for (uint32_t i = 0; i < e->ready; i++)
            assert_true(me->held[me->in_bytes + i]);
        me->in_bytes += e->ready;
    }
    if (e->what & TCP_ENDED)
        me->ended = true;
    me->over |= e->what & (TCP_RESET | TCP_TIMEOUT | TCP_GONE);
}

/* The program of a side: writes what there is room for, reads some, closes at its end. */
static void program(struct wire *w, int side) {
    struct side *me = &w->side[side];
    uint32_t n = me->wants - me->written;
    n = n < BUFFER - me->out_bytes ? n : BUFFER - me->out_bytes;
    n = n && me->pace ? 1 + below(n) : n;
    if (n && tcp_write(&me->tcp, n)) {
        for (uint32_t i = 0; i < n; i++)
            me->out[me->out_bytes + i] = byte_of(side, me->written + i);
        me->out_bytes += n;
        me->written += n;
    }
    if (me->closes && !me->over && me->written == me->wants && me->opened) {
        tcp_close(&me->tcp);
        me->closes = false;
    }
    uint32_t r = me->in_bytes && me->pace && !me->over ? below(me->in_bytes + 1) : me->in_bytes;
    for (uint32_t i = 0; i < r; i++)
        assert_int_equal(me->in[i], byte_of(!side, me->read + i));
    me->read += r;
    me->in_bytes -= r;
    memmove(me->in, me->in + r, BUFFER - r);
    memmove(me->held, me->held + r, BUFFER - r);
    memset(me->held + BUFFER - r, false, r);
    if (r && !me->over)
        tcp_room(&me->tcp, BUFFER - me->in_bytes);
}

static void check(const struct tcp *t) {
    assert_false((int32_t)(t->snd_nxt - t->snd_una) < 0);
    assert_false((int32_t)(t->snd_max - t->snd_nxt) < 0);
    assert_true(t->snd_max - t->snd_una <= BUFFER + 2);
    assert_true(t->rcv_adv - t->rcv_nxt <= BUFFER + 1);
    assert_true(!t->cwnd || t->cwnd >= t->mss);
}

static void arrive(struct wire *w, struct frame *f) {
    struct side *me = &w->side[f->to];
    struct tcp_segment s, reply;
    struct tcp_event e;
    uint32_t header = tcp_get(f->bytes, f->length, &s);
    assert_true(header);
    if (me->tcp.state == TCP_CLOSED && !me->over && !me->opened) {
        struct tcp_setup how = {.iss = (uint32_t)below(1u << 31) * 2,
                                .room = BUFFER,
                                .source = 2,
                                .target = 1,
                                .mss = MSS};
        if (tcp_accept(&me->tcp, &how, &s, w->now))
            return;
        e.what = TCP_REFUSE;
    } else {
        tcp_input(&me->tcp, &s, w->now, &e);
    }
    if (e.what & TCP_REFUSE) {
        if (tcp_refuse(&s, &reply))
            put_segment(w, f->to, &reply, 0);
        return;
    }
    check(&me->tcp);
    take_event(w, f->to, &e, f->bytes + header);
}

/* One step: the next thing that happens. False: nothing ever will. */
static bool step(struct wire *w) {
    for (int side = 0; side < 2; side++) {
        program(w, side);
        send_all(w, side);
    }
    uint64_t next = UINT64_MAX;
    struct frame *f = NULL;
    int timer = -1;
    for (int side = 0; side < 2; side++)
        if (tcp_deadline(&w->side[side].tcp) < next) {
            next = tcp_deadline(&w->side[side].tcp);
            timer = side;
        }
    for (int i = 0; i < FRAMES; i++)
        if (w->frame[i].used && w->frame[i].at < next) {
            next = w->frame[i].at;
            f = &w->frame[i];
        }
    if (next == UINT64_MAX)
        return false;
    w->now = next > w->now ? next : w->now;
    if (f) {
        f->used = false;
        arrive(w, f);
    } else {
        struct tcp_event e;
        tcp_timer(&w->side[timer].tcp, w->now, &e);
        check(&w->side[timer].tcp);
        take_event(w, timer, &e, NULL);
    }
    return true;
}

/* Side 0 opens. */
static void begin(struct wire *w, struct weather weather) {
    memset(w, 0, sizeof *w);
    w->weather = weather;
    w->now = 1000000;
    struct tcp_setup how = {
        .iss = (uint32_t)below(1u << 31) * 2, .room = BUFFER, .source = 1, .target = 2, .mss = MSS};
    tcp_open(&w->side[0].tcp, &how);
}

#endif
