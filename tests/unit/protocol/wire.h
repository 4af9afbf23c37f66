/* SPDX-License-Identifier: MIT */
/* wire.h -- two ends of a connection and the network between them, which loses, doubles, reorders,
 * delays, corrupts and cuts by seed. Each end is what an owner of a connection is: buffers, a
 * timer, and a program that writes a stream at its own pace and reads the other's. */
#ifndef TESTS_UNIT_PROTOCOL_WIRE_H
#define TESTS_UNIT_PROTOCOL_WIRE_H

#include <stdlib.h>
#include <string.h>

#include "protocol/checksum.h"
#include "protocol/impair.h"
#include "protocol/ip.h"
#include "protocol/tcp/tcp.h"
#include "protocol/tcp/tcp_next.h"
#include "../random.h"
#include "../unit.h"

#define BUFFER 4096u
#define FRAMES 256
#define MSS    536

struct frame {
    bool used, spoilt; /* spoilt: not what was sent */
    int to;
    uint64_t at;
    uint8_t bytes[TCP_HEADER_MOST + BUFFER];
    uint32_t length;
};

/* Chances are in a hundred. */
struct weather {
    struct impair net;
    uint32_t split; /* a segment goes as two */
    uint32_t cut;   /* a frame ends early */
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
    uint32_t frames; /* behind them none was ever used */
    struct weather weather;
    uint64_t sent, lost, damaged;
    uint64_t unseen;            /* of the damaged: by chance their sums are right */
    uint64_t next_in, next_out; /* segments that have a short way, too */
};

/* Byte by byte, as cmocka does it, but in a tenth of its time. */
static bool same(const void *a, const void *b, size_t bytes) {
    return !memcmp(a, b, bytes);
}

/* Of what a side writes, `bytes` bytes from the n-th on. */
static void bytes_of(int side, uint32_t n, uint8_t *to, uint32_t bytes) {
    for (uint32_t i = 0; i < bytes; i++, n++)
        to[i] = (uint8_t)(n * 2654435761u >> 23 ^ (n >> 8) ^ (side ? 0x5a : 0));
}

static void put_frame(struct wire *w, int to, const uint8_t *bytes, uint32_t length, bool spoilt,
                      uint64_t at) {
    for (uint32_t i = 0; i < FRAMES; i++)
        if (!w->frame[i].used) {
            struct frame *f = &w->frame[i];
            w->frames = w->frames > i ? w->frames : i + 1;
            f->used = true;
            f->spoilt = spoilt;
            f->to = to;
            f->at = at;
            f->length = length;
            memcpy(f->bytes, bytes, length);
            return;
        }
    w->lost++;
}

/* An impairment node of its own: what it does to the n-th frame is by the seed and n. */
static void transmit(struct wire *w, int from, uint8_t *bytes, uint32_t length) {
    struct impair_fate f = impair_fate(&w->weather.net, w->sent++, length);
    const uint32_t whole = length;
    impair_flip(bytes, &f);
    if (below(100) < w->weather.cut)
        length = below(length + 1);
    const bool spoilt = length != whole || f.flip != IMPAIR_WHOLE;
    for (uint32_t i = 0; i < f.copies; i++)
        put_frame(w, !from, bytes, length, spoilt, w->now + f.after[i]);
    w->lost += !f.copies;
}

/* The sum of a segment with what stands in front of it. */
static uint64_t sum_of(const uint8_t *bytes, uint32_t length) {
    return sum_join(sum_bytes(bytes, length), sum_pseudo(1, 2, IP_TCP, length));
}

static void put_frame_of(struct wire *w, int side, const struct tcp_segment *s,
                         const uint8_t *data) {
    uint8_t bytes[TCP_HEADER_MOST + BUFFER];
    uint32_t header = tcp_put(bytes, s);
    assert_true(header >= 20 && header <= TCP_HEADER_MOST);
    memcpy(bytes + header, data, s->length);
    sum_put(bytes + 16, sum_end(sum_of(bytes, header + s->length)));
    transmit(w, side, bytes, header + s->length);
}

static void put_segment(struct wire *w, int side, const struct tcp_segment *s, uint32_t at) {
    struct side *me = &w->side[side];
    assert_true(s->length <= MSS && (!s->length || at + s->length <= me->out_bytes));
    if (s->length < 2 || below(100) >= w->weather.split) {
        put_frame_of(w, side, s, me->out + at);
        return;
    }
    struct tcp_segment first = *s, second = *s;
    first.length = 1 + below(s->length - 1);
    first.flags &= (uint8_t) ~(TCP_FIN | TCP_PSH);
    second.seq += first.length;
    second.length -= first.length;
    put_frame_of(w, side, &first, me->out + at);
    put_frame_of(w, side, &second, me->out + at + first.length);
}

/* A train is so many segments one by one. */
static void compare_train(const struct tcp *t, const struct tcp_segment *first, uint32_t most) {
    struct tcp together = *t, single = *t;
    struct tcp_segment next = *first;
    uint32_t at, count = 0;
    while (count < most && tcp_output_next(&single, &next, &at))
        count++;
    assert_int_equal(tcp_output_train(&together, first, most), count);
    assert_true(same(&together, &single, sizeof single));
}

/* The short way out (tcp_next.h), where it is one, does the same. */
static bool output(struct wire *w, int side, struct tcp_segment *s, uint32_t *at) {
    struct tcp *t = &w->side[side].tcp, was = *t, shorter = was;
    struct tcp_segment next = *s;
    uint32_t next_at = 0;
    compare_train(t, s, 1 + (uint32_t)w->sent % 8);
    bool is_next = s->length && tcp_output_next(&shorter, &next, &next_at);
    bool any = tcp_output(t, w->now, s, at);
    w->next_out += is_next;
    if (is_next) {
        assert_true(any && *at == next_at);
        assert_true(same(&shorter, t, sizeof *t));
        assert_true(same(&next, s, sizeof next));
        tcp_output_undo(&shorter, &next);
        assert_true(same(&shorter, &was, sizeof was));
    }
    return any;
}

static void send_all(struct wire *w, int side) {
    struct tcp_segment s = {0};
    uint32_t at;
    for (int n = 0; output(w, side, &s, &at); n++) {
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
        assert_false(e->ready && memchr(me->held + me->in_bytes, false, e->ready));
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
        bytes_of(side, me->written, me->out + me->out_bytes, n);
        me->out_bytes += n;
        me->written += n;
    }
    if (me->closes && !me->over && me->written == me->wants && me->opened) {
        tcp_close(&me->tcp);
        me->closes = false;
    }
    uint32_t r = me->in_bytes && me->pace && !me->over ? below(me->in_bytes + 1) : me->in_bytes;
    if (!r)
        return;
    uint8_t wrote[BUFFER];
    bytes_of(!side, me->read, wrote, r);
    assert_false(memcmp(me->in, wrote, r));
    me->read += r;
    me->in_bytes -= r;
    memmove(me->in, me->in + r, BUFFER - r);
    memmove(me->held, me->held + r, BUFFER - r);
    memset(me->held + BUFFER - r, false, r);
    if (!me->over)
        tcp_room(&me->tcp, BUFFER - me->in_bytes);
}

/* Numbers begin anywhere, or where they soon wrap. */
static struct tcp_setup setup(int side) {
    return (struct tcp_setup){.iss = below(2) ? UINT32_MAX - below(9000) : below(1u << 31) * 2,
                              .room = BUFFER,
                              .source = (uint16_t)(1 + side),
                              .target = (uint16_t)(2 - side),
                              .mss = MSS};
}

static void check(const struct tcp *t) {
    assert_false((int32_t)(t->snd_nxt - t->snd_una) < 0);
    assert_false((int32_t)(t->snd_max - t->snd_nxt) < 0);
    assert_true(t->snd_max - t->snd_una <= BUFFER + 2);
    assert_true(t->rcv_adv - t->rcv_nxt <= BUFFER + 1);
    assert_true(!t->cwnd || t->cwnd >= t->mss);
}

/* The short way in, where it is one, does the same. */
static void input(struct wire *w, struct tcp *t, const struct frame *f, struct tcp_event *e) {
    struct tcp shorter = *t;
    struct tcp_segment s, timed;
    uint32_t header = tcp_get(f->bytes, f->length, &s);
    if (header >= TCP_TIMED_HEADER && tcp_get_timed(f->bytes, f->length, &timed))
        assert_true(same(&timed, &s, sizeof s));
    bool is_next = tcp_is_next(t, &s);
    if (is_next)
        tcp_take_next(&shorter, &s, w->now);
    tcp_input(t, &s, w->now, e);
    w->next_in += is_next;
    if (is_next) {
        const struct tcp_event all = {.what = TCP_DATA, .length = s.length, .ready = s.length};
        assert_true(same(&shorter, t, sizeof *t));
        assert_true(same(&all, e, sizeof *e));
    }
}

static void arrive(struct wire *w, struct frame *f) {
    struct side *me = &w->side[f->to];
    struct tcp_segment s, reply;
    struct tcp_event e;
    uint32_t header = tcp_get(f->bytes, f->length, &s);
    const bool bad = !header || sum_fold(sum_of(f->bytes, f->length)) != UINT16_MAX;
    /* One in 65,536 of those that are cut has a right sum, which the link's would find. */
    w->unseen += f->spoilt && !bad;
    w->damaged += f->spoilt || bad;
    if (f->spoilt || bad)
        return;
    if (me->tcp.state == TCP_CLOSED && !me->over && !me->opened) {
        struct tcp_setup how = setup(1);
        if (tcp_accept(&me->tcp, &how, &s, w->now))
            return;
        e.what = TCP_REFUSE;
    } else {
        input(w, &me->tcp, f, &e);
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
    for (uint32_t i = 0; i < w->frames; i++)
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

/* Side 0 opens; or both do. */
static void begin(struct wire *w, struct weather weather, bool both) {
    for (uint32_t i = 0; i < w->frames; i++)
        w->frame[i].used = false;
    w->frames = 0;
    memset(w->side, 0, sizeof w->side);
    w->sent = w->lost = w->damaged = w->unseen = w->next_in = w->next_out = 0;
    w->weather = weather;
    w->now = 1000000;
    for (int side = 0; side <= both; side++) {
        struct tcp_setup how = setup(side);
        tcp_open(&w->side[side].tcp, &how);
    }
}

#endif
