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

enum { PORTS_AT = 0, NUMBER_AT = 4, SUM_AT = 16 };

#define TOGETHER 16 /* a train's segments that go with interrupts off, and so arrive together */

/* Whether its data, and those of what follows it, are of what waits. */
static bool is_possible(const struct stream *s, const struct stream_segment *g) {
    const uint32_t sent = s->out_bytes - s->written;
    return g->header >= 20 && g->header <= TCP_HEADER_MOST && g->length <= SEGMENT_DATA &&
           g->at <= sent && g->length <= sent - g->at && g->header + g->length <= SEGMENT_MOST &&
           g->more <= STREAM_TRAIN && g->more * g->length <= sent - g->at - g->length;
}

/* --- By a device: the way there is known but for its stations --- */

/* Whether its packets go by the device that it names. */
static bool is_by_device(const struct stream *s, const struct nic_object *n) {
    return s->nic < NET_LOOPBACK &&
           (s->station || (s->who.target != n->ip && s->who.target >> 24 != 127));
}

static void describe(struct sending *to, const struct stream *s, const struct nic_object *n) {
    *to = (struct sending){.source = s->who.source,
                           .target = s->who.target,
                           .protocol = IP_TCP,
                           .nic = s->nic,
                           .me = n->ip,
                           .mask = n->mask,
                           .router = n->router,
                           .mac = n->mac,
                           .ether = s->station,
                           .now = net_clock()};
}

static inline void go(struct departure *d, struct sending *to, uint32_t bytes) {
    static unsigned long id;
    uint8_t *at = &d->o->byte[NET_ROOM];
    const uint64_t ends = sum_pseudo((uint32_t)to->source, (uint32_t)to->target, IP_TCP, bytes);
    sum_put(at + SUM_AT, 0);
    sum_put(at + SUM_AT, sum_end(sum_join(sum_bytes(at, bytes), ends)));
    to->begin = NET_ROOM;
    to->bytes = bytes;
    to->id = ++id;
    net_go_down(d, NET_IP, to);
}

/* --- Any --- */

/* The n-th of a train. A source is the kernel's to say. */
static inline void put(const struct stream *s, const struct stream_segment *g, uint32_t n,
                       struct departure *d) {
    uint8_t *to = &d->o->byte[NET_ROOM];
    memcpy(to, g->byte, g->header);
    wire_put32(to + PORTS_AT, (uint32_t)s->who.source_port << 16 | s->who.target_port);
    if (n)
        wire_put32(to + NUMBER_AT, wire_get32(to + NUMBER_AT) + n * g->length);
    if (g->length)
        ring_get(s->out, s->out_at + g->at + n * g->length, to + g->header, g->length);
}

bool segment_send(const struct stream *s, const struct stream_segment *g) {
    const struct nic_object *nic = &nic_objects[s->nic % NET_NICS];
    const bool by_device = is_by_device(s, nic);
    struct sending to;
    if (!is_possible(s, g) && DEFENDED(STREAM_SENT))
        return false;
    if (by_device)
        describe(&to, s, nic);
    const bool on = interrupts_off();
    for (uint32_t n = 0; n <= g->more; n++) {
        struct departure *d = departure_new();
        if (!d)
            break;
        put(s, g, n, d);
        if (by_device)
            go(d, &to, g->header + g->length);
        else
            arrivals_send(s, d, g->header + g->length);
        if (n % TOGETHER == TOGETHER - 1) {
            interrupts_restore(on);
            interrupts_off();
        }
    }
    interrupts_restore(on);
    return true;
}
