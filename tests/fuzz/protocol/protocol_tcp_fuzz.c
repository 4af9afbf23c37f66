/* SPDX-License-Identifier: MIT */
/* A peer that sends anything, a clock that goes anyhow, a program that does anything: whatever
 * comes, a connection keeps its numbers in order, says to store only what fits, and sends only what
 * its program wrote. */
#include <stdlib.h>

#include "protocol/tcp/tcp.h"

#define MUST(x)                                                                                    \
    do {                                                                                           \
        if (!(x))                                                                                  \
            abort();                                                                               \
    } while (0)

enum { ROOM = 5000, MSS = 1000, MOST = 100000, MSS_LEAST = 64 };

static const uint8_t *input;
static size_t left;

static uint32_t take(void) {
    if (!left)
        return 0;
    left--;
    return *input++;
}

static uint32_t take32(void) {
    return take() << 24 | take() << 16 | take() << 8 | take();
}

/* Near `base`, or anywhere. */
static uint32_t number(uint32_t base) {
    uint32_t how = take();
    return how < 200 ? base + (uint32_t)((int32_t)take() - 128) * (how & 7) : take32();
}

static uint32_t waiting, unread;

static void look(const struct tcp *t) {
    if (t->state == TCP_CLOSED)
        return;
    MUST((int32_t)(t->snd_nxt - t->snd_una) >= 0 && (int32_t)(t->snd_max - t->snd_nxt) >= 0);
    MUST((int32_t)(t->snd_end + 1 - t->snd_max) >= 0);
    MUST(t->state <= TCP_SYN_RECEIVED || t->rcv_adv - t->rcv_nxt <= ROOM + 1);
    for (int i = 0; i < TCP_GAPS && t->gap[i].from != t->gap[i].to; i++)
        MUST((int32_t)(t->gap[i].to - t->gap[i].from) > 0 &&
             (int32_t)(t->gap[i].from - t->rcv_nxt) > 0);
}

static void told(const struct tcp_event *e, uint32_t length) {
    if (e->what & TCP_ACKED) {
        MUST(e->acked && e->acked <= waiting);
        waiting -= e->acked;
    }
    if (e->what & TCP_DATA) {
        MUST(e->length && e->from + e->length <= length);
        MUST(unread + e->at + e->length <= ROOM && unread + e->ready <= ROOM);
        unread += e->ready;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct tcp t;
    struct tcp_setup how = {.iss = 0xfffff000, .room = ROOM, .mss = MSS};
    struct tcp_event e;
    struct tcp_segment s;
    uint64_t now = 1;
    input = data;
    left = size;
    waiting = unread = 0;
    s = (struct tcp_segment){.flags = TCP_SYN, .window = 3000, .options = (uint8_t)(take() & 7)};
    if (take() & 1)
        tcp_open(&t, &how);
    else
        MUST(tcp_accept(&t, &how, &s, now));
    while (left && t.state != TCP_CLOSED) {
        uint32_t at, n = 0;
        switch (take() % 8) {
        case 0: {
            uint32_t bytes = take() * 8;
            if (waiting + bytes <= MOST && tcp_write(&t, bytes))
                waiting += bytes;
            break;
        }
        case 1:
            unread -= unread * take() / 255;
            tcp_room(&t, ROOM - unread);
            break;
        case 2:
            tcp_close(&t);
            break;
        case 3:
            now = tcp_deadline(&t) == UINT64_MAX ? now + take() * TCP_SECOND : tcp_deadline(&t);
            tcp_timer(&t, now, &e);
            told(&e, 0);
            break;
        default:
            s = (struct tcp_segment){.flags = (uint8_t)(take() | (take() & 1 ? TCP_ACK : 0)),
                                     .seq = number(t.rcv_nxt),
                                     .ack = number(t.snd_max),
                                     .length = take() * (take() & 7),
                                     .window = take() << (take() & 8),
                                     .options = (uint8_t)(take() & 7),
                                     .time = number(t.ts_recent),
                                     .scale = (uint8_t)(take() % 15),
                                     .mss = (uint16_t)take32()};
            now += take();
            tcp_input(&t, &s, now, &e);
            told(&e, s.length);
        }
        look(&t);
        while (tcp_output(&t, now, &s, &at)) {
            MUST(n++ < MOST / MSS_LEAST + 10 && s.length <= MSS);
            MUST(!s.length || at + s.length <= waiting);
            look(&t);
        }
    }
    return 0;
}
