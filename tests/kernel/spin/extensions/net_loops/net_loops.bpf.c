/* SPDX-License-Identifier: MIT */
/* net_loops.bpf.c -- an ephemeral handler that takes longer than an interrupt may. */
#include "spin/extend.h"
#include "spin/services/net/net.h"

NEEDS("/svc/domains/Net");
INTERFACE("net_turns");

static volatile long turns;

INITIALISE long begin(void) {
    return !net_claim(NET_UDP, 4200, 4200, NET_ANY);
}

EPHEMERAL(udp_arrived)
unsigned long hear(struct packet *p, unsigned long key, struct outgoing *reply) {
    (void)p, (void)key, (void)reply;
    for (int i = 0; i < 3000; i++)
        turns++;
    return NET_TAKEN;
}

EXPORTED long net_turns(void) {
    return turns;
}
