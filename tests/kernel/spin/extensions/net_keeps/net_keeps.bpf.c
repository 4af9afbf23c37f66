/* SPDX-License-Identifier: MIT */
/* net_keeps.bpf.c -- keeps a packet for later, when it is another's. */
#include "spin/extend.h"
#include "spin/services/net/net.h"

NEEDS("/svc/domains/Net");

static const struct packet *volatile kept;

INITIALISE long begin(void) {
    return !net_claim(NET_UDP, 4500, 4500, NET_ANY);
}

HANDLER(udp_arrived)
unsigned long hear(struct packet *p, unsigned long key, struct outgoing *reply) {
    (void)key, (void)reply;
    kept = p;
    return kept ? NET_TAKEN : NET_NOTHING;
}
