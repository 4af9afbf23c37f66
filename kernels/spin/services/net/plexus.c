/* SPDX-License-Identifier: MIT */
/* plexus.c -- the way up: an event of each node is raised in turn, and what its handler gives says
 * where the packet goes next. So a protocol never calls another one, and the edges are the
 * kernel's. */
#include "spin/services/net/plexus.h"

#include "machine/thread/thread.h"
#include "protocol/arp.h"
#include "protocol/checksum.h"
#include "protocol/ip.h"
#include "protocol/udp.h"
#include "spin/core/dispatch/binding/defence.h"
#include "spin/core/dispatch_kernel.h"
#include "spin/services/net/graph.h"

/* --- Where a node's packets go --- */

/* What is behind IP's header is summed once, whoever wants the sum. */
static inline void enter_ip(struct packet *p, const uint8_t *header, uint32_t bytes) {
    p->source = ip_source(header);
    p->target = ip_target(header);
    p->network = (unsigned long)(header - p->frame);
    p->transport = (unsigned long)(p->data - p->frame);
    p->sum = sum_fold(sum_bytes(p->data, bytes));
}

/* The packet's data are `bytes` bytes, `header` further on. False: it has not so many. */
static inline bool strip(struct packet *p, unsigned long header, unsigned long bytes) {
    if (header > p->bytes || bytes > p->bytes - header)
        return false;
    p->data += header;
    p->end = p->data + bytes;
    p->bytes = bytes;
    return true;
}

/* Nobody on a wire has our address, and nothing comes from many: an answer would be to ourselves,
 * for ever, or to all of them (RFC 1122, 3.2.1.3). */
static inline bool is_from_one(const struct packet *p) {
    const struct nic_object *n = container_of(p, struct arrival, packet)->of;
    const unsigned long many = 0xe0000000;
    return (p->source != n->ip && p->source - 1 < many - 1 &&
            p->source != (n->ip | (uint32_t)~n->mask)) ||
           !n->nic || !DEFENDED(PACKET_IP);
}

/* True: the node above has it, under *key. */
static inline bool lift(struct packet *p, unsigned *node, unsigned long *key,
                        unsigned long verdict) {
    const unsigned above = graph_above(*node, *key);
    const unsigned long header = verdict >> 8 & UINT16_MAX, bytes = verdict >> 24 & UINT16_MAX;
    const uint8_t *at = p->data;
    if (above == NET_NODES || !strip(p, header, bytes))
        return false;
    *key = verdict >> 40;
    if (*node == NET_ETHER)
        p->now = net_clock();
    if (above == NET_IP) {
        enter_ip(p, at, (uint32_t)bytes);
        if (!is_from_one(p))
            return false;
    } else if (*node == NET_IP) {
        p->source_port = udp_source(p->frame + p->transport);
        p->target_port = *key;
    }
    *node = above;
    return true;
}

static inline unsigned long raise_node(unsigned node, struct packet *p, unsigned long key,
                                       struct outgoing *reply) {
    switch (node) {
    case NET_ETHER:
        return ether_arrived(p, key, reply);
    case NET_IP:
        return ip_arrived(p, key, reply);
    case NET_UDP:
        return udp_arrived(p, key, reply);
    case NET_TCP:
        return tcp_arrived(p, key, reply);
    case NET_AM:
        return am_arrived(p, key, reply);
    default:
        return rpc_arrived(p, key, reply);
    }
}

/* Nobody has taken it here; somebody in a strand may. */
static void not_taken(struct arrival *a, unsigned node, unsigned long key) {
    if (claim_in_strand(node, key))
        net_to_strand(a, node, key);
    else
        a->of->nobodys++;
}

static inline void reply(struct arrival *a, unsigned node, unsigned long key, unsigned long bytes) {
    struct departure *d = reply_take();
    if (d)
        net_reply(&a->packet, node, key, d, bytes);
    else
        a->of->dropped++;
}

/* All pieces are there. */
static void go_up_whole(struct arrival *whole, unsigned long key, unsigned long verdict) {
    const unsigned long bytes = whole->packet.bytes - IP_HEADER;
    net_go_up(whole, NET_ETHER, key, NET_UP(verdict >> 56, IP_HEADER, bytes));
    arrival_release(whole);
}

void net_go_up(struct arrival *a, unsigned node, unsigned long key, unsigned long verdict) {
    struct arrival *whole;
    for (;;) {
        switch (verdict_kind(verdict)) {
        case VERDICT_UP:
            if (!lift(&a->packet, &node, &key, verdict)) {
                a->of->nobodys++;
                return;
            }
            break;
        case VERDICT_PIECE:
            whole = graph_above(node, key) == NET_IP ? net_piece(a, verdict) : NULL;
            if (whole)
                go_up_whole(whole, key, verdict);
            return;
        case VERDICT_ANSWER:
            if (!net_turn(a, node, verdict))
                reply(a, node, key, net_append(&a->packet, reply_page(), verdict));
            return;
        case VERDICT_REPLY:
            reply(a, node, key, verdict >> 8);
            return;
        case VERDICT_TAKEN:
            return;
        default:
            not_taken(a, node, key);
            return;
        }
        verdict = raise_node(node, &a->packet, key, reply_page());
    }
}

unsigned net_short_ways;
bool (*net_short_way)(struct arrival *a, uint32_t bytes);

static inline bool goes_short(struct arrival *a, uint32_t bytes) {
    enum { PROTOCOL_AT = ETHER_HEADER + 9 };
    return ((net_short_ways & SHORT_CONNECTIONS) && bytes > PROTOCOL_AT &&
            a->bytes[PROTOCOL_AT] == IP_TCP && net_short_way(a, bytes)) ||
           ((net_short_ways & SHORT_PASSAGES) && passage_take(a, bytes));
}

/* A station may be another now. */
static void resolved(const struct arrival *a, uint32_t bytes) {
    if (DEFENDED(PASS_STATION))
        passages_end();
    if (bytes >= ETHER_HEADER + ARP_BYTES)
        net_resolved(arp_source(a->bytes + ETHER_HEADER));
}

/* Of a frame that is not for this station alone, from one alone: whether it is for it all the same.
 * One that many would have sent is dropped: its answer would go to all of them. */
static bool is_wanted(struct nic_object *n, const uint8_t *frame) {
    enum { SOURCE_AT = 6 };
    if (!n->nic)
        return true;
    if (!ether_is_for(frame, &n->address))
        n->strangers++;
    else if (ether_is_group(&frame[SOURCE_AT]) && DEFENDED(PACKET_GROUP))
        n->dropped++;
    else
        return true;
    return false;
}

/* The frame as Ethernet's handlers see it: what arrival_new has not said. */
static inline void describe(struct packet *p, const uint8_t *frame, uint32_t bytes,
                            unsigned long type) {
    p->frame_end = p->end = frame + bytes;
    p->data = frame + NIC_HEADER;
    p->bytes = bytes - NIC_HEADER;
    if (type == ETHER_ARP)
        p->now = net_clock();
}

/* What a handler's raise ends with is nobody's: who was interrupted finds its own as it was. */
static inline __attribute__((always_inline)) void arrive(struct arrival *a, uint32_t bytes) {
    uint64_t *own = thread_current()->own;
    const uint64_t event = own[THREAD_OWN_EVENT], exception = own[THREAD_OWN_EXCEPTION];
    struct nic_object *n = a->of;
    const uint8_t *frame = a->bytes;
    n->frames++;
    n->bytes += bytes;
    if (bytes < NIC_HEADER)
        n->dropped++;
    else if ((nic_is_alone(frame) == n->alone || is_wanted(n, frame)) &&
             (!net_short_ways || !goes_short(a, bytes))) {
        const unsigned long type = ether_type(frame);
        describe(&a->packet, frame, bytes, type);
        net_go_up(a, NET_ETHER, type, ether_arrived(&a->packet, type, reply_page()));
        if (type == ETHER_ARP)
            resolved(a, bytes);
    }
    loopback_drain();
    own[THREAD_OWN_EVENT] = event;
    own[THREAD_OWN_EXCEPTION] = exception;
}

void net_arrive(struct arrival *a, uint32_t bytes) {
    arrive(a, bytes);
}

void net_frame_came(struct nic_request *r) {
    struct arrival *a = r->arg;
    if (r->result != NIC_DONE) {
        arrival_withdrawn(a);
        return;
    }
    arrive(a, r->bytes);
    if (a->holds)
        arrival_replace(a);
}
