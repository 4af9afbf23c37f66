/* SPDX-License-Identifier: MIT */
/* net_all.bpf.c -- wants whatever is not claimed. */
#include "spin/extend.h"
#include "spin/services/net/net.h"

NEEDS("/svc/domains/Net");

INITIALISE long begin(void) {
    return !net_claim(NET_UDP, 0, 65535, NET_ANY) && !net_claim(NET_TCP, 0, 65535, NET_ANY) &&
           !net_claim(NET_ETHER, 0, 65535, NET_ANY) && !net_claim(NET_IP, 0, 255, NET_ANY);
}

HANDLER(ether_arrived)
unsigned long hear(struct packet *p, unsigned long key, struct outgoing *reply) {
    (void)p, (void)key, (void)reply;
    return NET_TAKEN;
}
