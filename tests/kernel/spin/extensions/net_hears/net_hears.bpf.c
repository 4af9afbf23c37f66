/* SPDX-License-Identifier: MIT */
/* net_hears.bpf.c -- has one port, and counts what it hears; of other ports above 32 bits. */
#include "spin/extend.h"
#include "spin/services/net/net.h"

NEEDS("/svc/domains/Net");
INTERFACE("net_heard");

static unsigned long own, others;

INITIALISE long begin(void) {
    return !net_claim(NET_UDP, 4000, 4000, NET_ANY);
}

HANDLER(udp_arrived)
unsigned long hear(struct packet *p, unsigned long key, struct outgoing *reply) {
    (void)reply;
    if (key == 4000 && p->target_port == 4000)
        own++;
    else
        others++;
    return NET_TAKEN;
}

EXPORTED long net_heard(void) {
    return (long)(own | others << 32);
}
