/* SPDX-License-Identifier: MIT */
/* forward.bpf.c -- a port of UDP and TCP that is another machine's (Bershad et al., SOSP '95, 5.4):
 * each datagram and each segment is passed on as it came, those that begin and end a connection,
 * too. So who has sent something knows that the server has it, and not only this machine. */
#include "protocol/wire.h"
#include "spin/extend.h"
#include "spin/extensions/forward/flows.h"
#include "spin/extensions/forward/forward.h"
#include "spin/services/net/net.h"

NEEDS("/svc/domains/Net");

enum { TCP_HEADER = 20 };

static struct flow datagrams[FLOWS], connections[FLOWS];
static unsigned long udp, tcp; /* claims */

INITIALISE long begin(void) {
    udp = net_claim(NET_UDP, FORWARD_PORT, FORWARD_PORT + FLOWS, FORWARD_NIC);
    tcp = net_claim(NET_TCP, FORWARD_PORT, FORWARD_PORT + FLOWS, FORWARD_NIC);
    return !udp || !tcp;
}

struct way {
    unsigned long from, to, port; /* of this machine; address and port there */
};

/* Where a packet goes on to. False: it is of nobody who may be answered. */
static inline _Bool find(struct flow *flow, const struct packet *p, unsigned long source,
                         unsigned long target, struct way *way) {
    if (target == FORWARD_PORT) {
        way->from = FORWARD_PORT + 1 + flow_of(flow, (unsigned)p->source, (unsigned)source, p->now);
        way->to = FORWARD_SERVER;
        way->port = FORWARD_SERVER_PORT;
        return 1;
    }
    const struct flow *f = &flow[(target - FORWARD_PORT - 1) % FLOWS];
    if (p->source != FORWARD_SERVER || source != FORWARD_SERVER_PORT || !f->port)
        return 0;
    way->from = FORWARD_PORT;
    way->to = f->client;
    way->port = f->port;
    return 1;
}

HANDLER(udp_arrived)
unsigned long on_datagram(struct packet *p, unsigned long key, struct outgoing *reply) {
    struct way way;
    (void)reply;
    if (!find(datagrams, p, p->source_port, key, &way))
        return NET_NOTHING;
    packet_pass(udp, p, way.to, NET_FROM(way.from, way.port));
    return NET_TAKEN;
}

HANDLER(tcp_arrived)
unsigned long on_segment(struct packet *p, unsigned long key, struct outgoing *reply) {
    struct way way;
    (void)reply;
    if (p->data + TCP_HEADER > p->end || !find(connections, p, wire_get16(p->data), key, &way))
        return NET_NOTHING;
    packet_pass(tcp, p, way.to, NET_FROM(way.from, way.port));
    return NET_TAKEN;
}
