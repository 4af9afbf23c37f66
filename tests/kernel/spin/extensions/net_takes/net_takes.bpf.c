/* SPDX-License-Identifier: MIT */
/* net_takes.bpf.c -- wants ports among which is one that somebody has. */
#include "spin/extend.h"
#include "spin/services/net/net.h"

NEEDS("/svc/domains/Net");

INITIALISE long begin(void) {
    return !net_claim(NET_UDP, 1, 100, NET_ANY);
}

HANDLER(udp_arrived)
unsigned long hear(struct packet *p, unsigned long key, struct outgoing *reply) {
    (void)p, (void)key, (void)reply;
    return NET_TAKEN;
}
