/* SPDX-License-Identifier: MIT */
/* net_crowds.bpf.c -- wants one claim after the other. */
#include "spin/extend.h"
#include "spin/services/net/net.h"

NEEDS("/svc/domains/Net");

INITIALISE long begin(void) {
    const unsigned long first = net_claim(NET_UDP, 5000, 5000, NET_ANY);
    return !first || !net_claim(NET_UDP, 5001, 5001, NET_ANY);
}

HANDLER(udp_arrived)
unsigned long hear(struct packet *p, unsigned long key, struct outgoing *reply) {
    (void)p, (void)key, (void)reply;
    return NET_TAKEN;
}
