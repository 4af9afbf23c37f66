/* SPDX-License-Identifier: MIT */
/* send.c -- what is sent by somebody, and what goes back: where from and where to, before the way
 * down. Sources are said here, and by nobody else. */
#include "spin/services/net/plexus.h"

#include "lib/error.h"
#include "protocol/ether.h"
#include "protocol/ip.h"
#include "protocol/udp.h"
#include "spin/core/dispatch/binding/defence.h"
#include "spin/services/net/clock.h"
#include "spin/services/net/passage.h"

enum { TCP_LEAST = 20 }; /* bytes of a header */

static unsigned long sent; /* so many, for what is to be another one each time */

static inline void describe(struct sending *s, unsigned long nic, unsigned long bytes) {
    const struct nic_object *n = &nic_objects[nic];
    *s = (struct sending){.begin = NET_ROOM,
                          .bytes = bytes,
                          .source = n->ip,
                          .nic = nic,
                          .me = n->ip,
                          .mask = n->mask,
                          .router = n->router,
                          .mac = n->mac,
                          .id = ++sent,
                          .now = net_clock()};
}

/* The station that a frame is from. */
static inline unsigned long station(const uint8_t *frame) {
    return (unsigned long)wire_get16(frame + 6) << 32 | wire_get32(frame + 8);
}

unsigned long net_append(const struct packet *p, struct outgoing *o, unsigned long verdict) {
    const unsigned long head = verdict >> 8 & 0xffffff, from = verdict >> 32;
    const unsigned long more = from < p->bytes ? p->bytes - from : 0;
    if (head > OUTGOING_DATA || more > OUTGOING_DATA - head)
        return UINT64_MAX;
    memcpy(&o->byte[NET_ROOM + head], p->data + from, more);
    return head + more;
}

int net_reply(const struct packet *p, unsigned node, unsigned long key, struct departure *d,
              unsigned long bytes) {
    struct sending s;
    if (bytes > OUTGOING_DATA) {
        departure_free(d);
        return -E_INVALID;
    }
    describe(&s, p->nic, bytes);
    if (p->nic == NET_LOOPBACK)
        s.source = p->target;
    s.target = p->source;
    s.source_port = p->target_port;
    s.target_port = node == NET_AM ? key : p->source_port;
    s.protocol = s.type = key;
    s.ether = station(p->frame);
    s.reply = true;
    if (node >= NET_AM && p->data - p->frame >= (long)sizeof s.about)
        memcpy(s.about, p->data - sizeof s.about, sizeof s.about);
    return net_go_down(d, node, &s);
}

/* For both ways to send, each of which has it as its own. */
#define IN_PLACE static inline __attribute__((always_inline))

/* The interface that leads to the address: one of this machine's own is no stranger's. */
IN_PLACE unsigned long way_to(unsigned long claimed, unsigned long target) {
    for (unsigned long i = 0; i < NET_NICS; i++)
        if (nic_objects[i].ip && (claimed == NET_ANY || claimed == i) &&
            nic_objects[i].ip == target)
            return NET_LOOPBACK;
    if (target >> 24 == 127)
        return NET_LOOPBACK;
    if (claimed != NET_ANY)
        return claimed;
    for (unsigned long i = 0; i < NET_LOOPBACK; i++)
        if (nic_objects[i].nic && !((nic_objects[i].ip ^ target) & nic_objects[i].mask))
            return i;
    return 0;
}

/* Who has IP itself writes the header of what is above, but no port of another's. */
IN_PLACE bool source_is_own(const struct claim *c, const struct departure *d, unsigned long bytes) {
    const unsigned node = c->keys.low == IP_UDP ? NET_UDP : NET_TCP;
    if (c->keys.low != IP_UDP && c->keys.low != IP_TCP)
        return true;
    return bytes >= UDP_HEADER && claim_has(c, node, udp_source(&d->o->byte[NET_ROOM]));
}

/* A segment of TCP comes with its header. */
IN_PLACE bool segment_is_own(const struct claim *c, const struct departure *d,
                             unsigned long bytes) {
    return bytes >= UDP_HEADER && claim_has(c, NET_TCP, udp_source(&d->o->byte[NET_ROOM]));
}

/* A datagram says where it is from, if that is not the claim's first port. */
IN_PLACE bool port_is_own(const struct claim *c, unsigned long more) {
    return more <= UINT16_MAX || (more >> 16 >= c->keys.low && more >> 16 <= c->keys.high);
}

IN_PLACE bool is_own(const struct claim *c, const struct departure *d, unsigned long bytes,
                     unsigned long more) {
    if (!DEFENDED(PACKET_SPOOF))
        return true;
    return c->node == NET_IP    ? source_is_own(c, d, bytes)
           : c->node == NET_TCP ? segment_is_own(c, d, bytes)
           : c->node == NET_UDP ? port_is_own(c, more)
                                : true;
}

/* What is in IP of a packet that came to the claim; null: it is none of its own. */
static const uint8_t *transport_of(const struct claim *c, const struct packet *p) {
    const unsigned protocol = c->node == NET_UDP ? IP_UDP : IP_TCP;
    const unsigned long header = c->node == NET_UDP ? UDP_HEADER : 0;
    const uint8_t *at = p->data - header;
    return (c->node == NET_UDP || c->node == NET_TCP) && at == p->frame + p->transport &&
                   p->frame[p->network + 9] == protocol && p->bytes + header >= UDP_HEADER &&
                   (protocol == IP_UDP || p->bytes >= TCP_LEAST) &&
                   claim_has(c, c->node, wire_get16(at + 2))
               ? at
               : NULL;
}

/* Whether all that comes so is the claim's, by a device's interface. */
static bool may_keep(const struct claim *c, const struct packet *p, const struct sending *s) {
    return !c->all && p->nic < NET_LOOPBACK && s->nic < NET_LOOPBACK && p->target == p->me &&
           p->network == ETHER_HEADER && p->transport == ETHER_HEADER + IP_HEADER &&
           s->begin == NET_ROOM - ETHER_HEADER - IP_HEADER;
}

int net_pass(const struct claim *c, const struct packet *p, unsigned long target,
             unsigned long more) {
    const unsigned long nic = way_to(c->nic, target);
    const uint8_t *at = transport_of(c, p);
    const unsigned long bytes = at ? (unsigned long)(p->end - at) : UINT64_MAX;
    const unsigned hops = at ? p->frame[p->network + IP_TTL_AT] : 0;
    struct passage how;
    struct sending s;
    if (bytes > OUTGOING_DATA || (hops <= 1 && DEFENDED(PASS_ENDS)) ||
        (nic < NET_LOOPBACK && !nic_objects[nic].nic))
        return -E_INVALID;
    if ((more >> 16 < c->keys.low || more >> 16 > c->keys.high) && DEFENDED(PASS_OWN)) {
        nic_objects[nic].forged++;
        return -E_PERM;
    }
    struct departure *d = departure_new();
    if (!d)
        return -E_FULL;
    describe(&s, nic, bytes);
    s.target = target;
    if (nic == NET_LOOPBACK)
        s.source = target;
    s.hops = DEFENDED(PASS_ENDS) ? hops - 1 : 0;
    s.protocol = c->node == NET_UDP ? IP_UDP : IP_TCP;
    s.source_port = more >> 16;
    s.target_port = (uint16_t)more;
    memcpy(&d->o->byte[NET_ROOM], at, bytes);
    passage_make(&how, p->frame + p->network, at, &s);
    passage_ports(&how, &d->o->byte[NET_ROOM]);
    passage_is_ones(&how);
    int error = net_go_down(d, NET_IP, &s);
    if (!error && may_keep(c, p, &s))
        passage_keep(&how, p, nic, &d->o->byte[s.begin]);
    return error;
}

/* What is known of what a claim sends. 0, or -E_INVALID, -E_PERM: the departure is gone. */
IN_PLACE int begin(struct sending *s, const struct claim *c, struct departure *d,
                   unsigned long bytes, unsigned long target, unsigned long more) {
    const bool by_ip = c->node != NET_ETHER && c->node != NET_AM;
    const unsigned long nic = by_ip ? way_to(c->nic, target) : c->nic % NET_NICS;
    int error = bytes > OUTGOING_DATA || (nic < NET_LOOPBACK && !nic_objects[nic].nic) ? -E_INVALID
                : !is_own(c, d, bytes, more)                                           ? -E_PERM
                                                                                       : 0;
    if (error) {
        nic_objects[nic].forged += error == -E_PERM;
        departure_free(d);
        return error;
    }
    describe(s, nic, bytes);
    s->target = target;
    if (nic == NET_LOOPBACK)
        s->source = target;
    if (!by_ip)
        s->ether = target;
    s->protocol = s->type = s->source_port = c->keys.low;
    s->target_port = more;
    if (c->node == NET_UDP && more > UINT16_MAX) {
        s->source_port = more >> 16;
        s->target_port = (uint16_t)more;
    }
    return 0;
}

int net_send(const struct claim *c, struct departure *d, unsigned long bytes, unsigned long target,
             unsigned long more) {
    struct sending s;
    int error = begin(&s, c, d, bytes, target, more);
    return error ? error : net_go_down(d, c->node, &s);
}

int net_send_behind(const struct claim *c, struct departure *d, unsigned long bytes,
                    unsigned long target, unsigned long more, struct dma_piece data,
                    uint32_t *users) {
    struct sending s;
    int error = begin(&s, c, d, bytes, target, more);
    return error ? error : net_go_down_behind(d, &s, data, users);
}
