/* SPDX-License-Identifier: MIT */
/* segments.c -- see segments.h: of a segment the protocol says its header and which data are its
 * own, the kernel writes the ports and the sum. */
#include "spin/services/stream/segments.h"

#include "lib/string.h"
#include "machine/cpu/interrupt_flag.h"
#include "protocol/checksum.h"
#include "protocol/ip.h"
#include "spin/core/dispatch/binding/defence.h"
#include "spin/services/net/clock.h"
#include "spin/services/stream/arrivals.h"

enum { NUMBER_AT = 4, SUM_AT = 16, USUAL = 32 /* with a time */ };

#define TOGETHER 16 /* a train's segments that go with interrupts off, and so arrive together */

/* Whether its data, and those of what follows it, are of what waits. */
static bool is_possible(const struct stream *s, const struct stream_segment *g) {
    const uint32_t sent = s->out_bytes - s->written;
    return g->header >= 20 && g->header <= TCP_HEADER_MOST && g->header % 4 == 0 &&
           g->length <= SEGMENT_DATA && g->at <= sent && g->length <= sent - g->at &&
           g->header + g->length <= SEGMENT_MOST && g->more <= STREAM_TRAIN &&
           g->more * g->length <= sent - g->at - g->length;
}

/* --- By a device: the way there is known, its station too where something came from it --- */

/* Whether its packets go by the device that it names. */
static bool is_by_device(const struct stream *s, const struct nic_object *n) {
    return s->nic < NET_LOOPBACK &&
           (s->station || (s->who.target != n->ip && s->who.target >> 24 != 127));
}

/* What is not said here stays zero. */
static void describe(struct sending *to, const struct stream *s, const struct nic_object *n) {
    to->source = s->who.source;
    to->target = s->who.target;
    to->protocol = IP_TCP;
    to->nic = s->nic;
    to->me = n->ip;
    to->mask = n->mask;
    to->router = n->router;
    to->mac = n->mac;
    to->ether = s->station;
    to->now = net_clock();
}

/* --- A train --- */

struct train {
    const struct stream *of;
    struct stream_segment *like; /* its header without number and sum */
    uint32_t number;
    uint64_t sum; /* of the header, and of whom it is from and to */
    bool by_device, is_again;
    struct sending *to;
};

/* A source is the kernel's to say. */
static inline void begin(struct train *t, const struct stream *s, struct stream_segment *g) {
    static struct sending to;
    const struct nic_object *nic = &nic_objects[s->nic % NET_NICS];
    const uint32_t bytes = g->header + g->length;
    wire_put32(g->byte, (uint32_t)s->who.source_port << 16 | s->who.target_port);
    *t = (struct train){.of = s,
                        .like = g,
                        .number = wire_get32(g->byte + NUMBER_AT),
                        .by_device = is_by_device(s, nic),
                        .is_again = (int32_t)(s->out_at + g->at - s->sent_to) < 0,
                        .to = &to};
    wire_put32(g->byte + NUMBER_AT, 0);
    sum_put(g->byte + SUM_AT, 0);
    t->sum = sum_join(sum_bytes(g->byte, g->header),
                      sum_pseudo(s->who.source, s->who.target, IP_TCP, bytes));
    if (t->by_device)
        describe(&to, s, nic);
}

/* In the page; its sum without its data. */
static inline uint64_t put_header(const struct train *t, uint32_t n, uint8_t *at) {
    const uint32_t number = t->number + n * t->like->length;
    if (t->like->header == USUAL)
        memcpy(at, t->like->byte, USUAL);
    else
        memcpy(at, t->like->byte, TCP_HEADER_MOST); /* what is too much is not sent */
    wire_put32(at + NUMBER_AT, number);
    return sum_join(t->sum, wire_swap32(number));
}

/* The device reads the data where they lie, if they lie together and the way is known. Not of what
 * is sent again: that may be acknowledged, and other data lie there, before the device reads it. */
static inline bool go_behind(struct train *t, struct departure *d, uint32_t from, uint64_t sum) {
    const struct stream_segment *g = t->like;
    if (!g->length || t->is_again || from + g->length > STREAM_BUFFER)
        return false;
    const uint8_t *data = t->of->out + from;
    sum = sum_join(sum, sum_bytes(data, g->length));
    sum_put(&d->o->byte[NET_ROOM + SUM_AT], sum_end(sum));
    return net_go_down_known(d, t->to, (struct dma_piece){physical(data), g->length},
                             t->of->sending);
}

static inline void go(struct train *t, struct departure *d, uint32_t n) {
    static unsigned long id;
    const struct stream_segment *g = t->like;
    const uint32_t from = (t->of->out_at + g->at + n * g->length) % STREAM_BUFFER;
    uint8_t *at = &d->o->byte[NET_ROOM];
    const uint64_t sum = put_header(t, n, at);
    t->to->begin = NET_ROOM;
    t->to->bytes = g->header;
    t->to->id = ++id;
    if (t->by_device && go_behind(t, d, from, sum))
        return;
    if (g->length)
        ring_get(t->of->out, from, at + g->header, g->length);
    sum_put(at + SUM_AT, sum_end(sum_join(sum, sum_bytes(at + g->header, g->length))));
    t->to->bytes = g->header + g->length;
    if (t->by_device)
        net_go_down(d, NET_IP, t->to);
    else
        arrivals_send(t->of, d, t->to->bytes);
}

bool segment_send(struct stream *s, struct stream_segment *g) {
    struct train t;
    if (!is_possible(s, g) && DEFENDED(STREAM_SENT))
        return false;
    begin(&t, s, g);
    const bool on = interrupts_off();
    if (g->more && t.by_device) /* pages, and no end needs an interrupt for want of room */
        nic_collect_sent(nic_objects[s->nic].nic);
    for (uint32_t n = 0; n <= g->more; n++) {
        struct departure *d = departure_new();
        if (!d)
            break;
        go(&t, d, n);
        if (n % TOGETHER == TOGETHER - 1) {
            interrupts_restore(on);
            interrupts_off();
        }
    }
    interrupts_restore(on);
    const uint32_t end = s->out_at + g->at + (g->more + 1) * g->length;
    if ((int32_t)(end - s->sent_to) > 0)
        s->sent_to = end;
    return true;
}
