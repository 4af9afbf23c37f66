/* SPDX-License-Identifier: MIT */
/* forward.bpf.c -- passes datagrams and segments of a port on to another machine's, by another
 * interface, and the answers back (forward.h). Headers are rewritten, and sums changed by what
 * changed in them: so a packet that was damaged on its way stays one, and whoever has an
 * acknowledgement has the other end's. Which packets it sees, filters say; it declines others. */
#include "ash_protocol.h"
#include "forward.h"

enum { AT = ETHER_HEADER, PORTS = ETHER_HEADER + IP_HEADER };

/* The flow that a client's packet belongs to: it is known, or takes the place of the one that was
 * used longest ago. */
static inline uint32_t flow_of(struct forward *f, const uint8_t *frame, uint32_t protocol) {
    const uint32_t ip = wire_load32(frame + AT + 12), port = wire_load16(frame + PORTS);
    uint32_t oldest = 0;
    for (uint32_t i = 0; i < FORWARD_FLOWS; i++) {
        const struct forward_flow *x = &f->flow[i];
        if (x->ip == ip && x->port == port && x->protocol == protocol)
            return i;
        if (x->used < f->flow[oldest % FORWARD_FLOWS].used)
            oldest = i;
    }
    struct forward_flow *new = &f->flow[oldest % FORWARD_FLOWS];
    memcpy(new->ether, frame + 6, 6);
    new->ip = ip;
    new->port = (uint16_t)port;
    new->protocol = (uint16_t)protocol;
    return oldest;
}

/* A sum's field, where words of what it is of changed: `changed` is what they add to it. */
static inline uint32_t changed_by(uint32_t field, uint64_t changed) {
    return sum_end((uint64_t)(uint16_t)~field + changed);
}

struct way {
    const uint8_t *ether; /* whose it is next */
    const struct forward_side *by;
    uint32_t target;
    uint16_t source_port, target_port;
};

static inline void rewrite(uint8_t *frame, uint32_t protocol, const struct way *way) {
    uint8_t *packet = frame + AT, *ports = frame + PORTS;
    const uint32_t was = wire_load32(ports);
    uint64_t changed = (uint64_t)(uint32_t)~wire_load32(packet + 12) +
                       (uint32_t)~wire_load32(packet + 16) + way->by->ip + way->target;
    *(wire32 *)(packet + 12) = way->by->ip;
    *(wire32 *)(packet + 16) = way->target;
    sum_put(packet + 10, (uint16_t)changed_by(wire_load16(packet + 10), changed));
    *(wire16 *)ports = way->source_port;
    *(wire16 *)(ports + 2) = way->target_port;
    changed += (uint64_t)(uint32_t)~was + wire_load32(ports);
    uint8_t *field = ports + (protocol == IP_TCP ? 16 : 6);
    const uint32_t sum = wire_load16(field);
    if (protocol == IP_TCP || sum) { /* a datagram's sum is never 0 where it has one */
        const uint32_t new = changed_by(sum, changed);
        sum_put(field, (uint16_t)(new || protocol == IP_TCP ? new : UINT16_MAX));
    }
    memcpy(frame, way->ether, 6);
    memcpy(frame + 6, way->by->ether, 6);
}

unsigned long ash(uint8_t *frame_, uint64_t bytes, uint8_t *region, uint64_t from) {
    uint8_t *frame = __builtin_assume_aligned(frame_, 8), *packet = frame + AT;
    struct forward *f = __builtin_assume_aligned(region, 8);
    const uint32_t protocol = packet[9];
    struct way way;
    if (bytes < PORTS + 20 || !ip_is_plain(packet) ||
        ip_plain_length(packet, (uint32_t)bytes - AT) <
            IP_HEADER + (protocol == IP_TCP ? 20u : 8u) ||
        (protocol != IP_TCP && protocol != IP_UDP))
        return 0;
    if (from == f->near.nic) {
        const uint32_t i = flow_of(f, frame, protocol) % FORWARD_FLOWS;
        f->flow[i].used = ++f->passed;
        way.ether = f->server.ether;
        way.by = &f->far;
        way.target = f->server.ip;
        way.source_port = (uint16_t)wire_swap16(FORWARD_PORTS + i);
        way.target_port = f->server.port;
    } else {
        const uint32_t i = wire_get16(frame + PORTS + 2) - FORWARD_PORTS;
        if (i >= FORWARD_FLOWS || f->flow[i].protocol != protocol ||
            wire_load32(packet + 12) != f->server.ip ||
            wire_load16(frame + PORTS) != f->server.port)
            return 0;
        struct forward_flow *x = &f->flow[i];
        x->used = ++f->passed;
        way.ether = x->ether;
        way.by = &f->near;
        way.target = x->ip;
        way.source_port = f->near.port;
        way.target_port = x->port;
    }
    if (!ip_hop(packet)) {
        f->refused++;
        return 1;
    }
    rewrite(frame, protocol, &way);
    if (ash_send(frame, bytes, way.by->nic))
        f->refused++;
    return 1;
}
