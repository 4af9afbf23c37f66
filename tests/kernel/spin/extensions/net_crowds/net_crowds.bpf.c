/* SPDX-License-Identifier: MIT */
/* net_crowds.bpf.c -- wants all claims that there are, port by port. */
#include "spin/extend.h"
#include "spin/services/net/net.h"

NEEDS("/svc/domains/Net");

INITIALISE long begin(void) {
    unsigned taken = 0;
    for (unsigned port = 5000; port < 5064; port++)
        taken += net_claim(NET_UDP, port, port, NET_ANY) != 0;
    return taken < 2;
}

HANDLER(udp_arrived)
unsigned long hear(struct packet *p, unsigned long key, struct outgoing *reply) {
    (void)p, (void)key, (void)reply;
    return NET_TAKEN;
}
