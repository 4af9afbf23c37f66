/* SPDX-License-Identifier: MIT */
/* udp_forward.bpf.c -- a port of UDP that is another machine's (forward.h): each datagram is passed
 * on as it came. */
#include "spin/extend.h"
#include "spin/extensions/forward/way.h"

NEEDS("/svc/domains/Net");

static struct flow flows[FLOWS];
static unsigned long claim;

INITIALISE long begin_datagrams(void) {
    claim = net_claim(NET_UDP, FORWARD_PORT, FORWARD_PORT + FLOWS, FORWARD_NIC);
    return !claim;
}

HANDLER(udp_arrived)
unsigned long on_datagram(struct packet *p, unsigned long key, struct outgoing *reply) {
    struct way way;
    (void)reply;
    if (!find_way(flows, p, p->source_port, key, &way))
        return NET_NOTHING;
    packet_pass(claim, p, way.to, NET_FROM(way.from, way.port));
    return NET_TAKEN;
}
