/* SPDX-License-Identifier: MIT */
/* tcp_forward.bpf.c -- a port of TCP that is another machine's (forward.h): each segment is passed
 * on as it came, those that begin and end a connection, too. */
#include "protocol/wire.h"
#include "spin/extend.h"
#include "spin/extensions/forward/way.h"

NEEDS("/svc/domains/Net");

enum { TCP_HEADER = 20 };

static struct flow flows[FLOWS];
static unsigned long claim;

INITIALISE long begin_segments(void) {
    claim = net_claim(NET_TCP, FORWARD_PORT, FORWARD_PORT + FLOWS, FORWARD_NIC);
    return !claim;
}

HANDLER(tcp_arrived)
unsigned long on_segment(struct packet *p, unsigned long key, struct outgoing *reply) {
    struct way way;
    (void)reply;
    if (p->data + TCP_HEADER > p->end || !find_way(flows, p, wire_get16(p->data), key, &way))
        return NET_NOTHING;
    packet_pass(claim, p, way.to, NET_FROM(way.from, way.port));
    return NET_TAKEN;
}
