/* SPDX-License-Identifier: MIT */
/* net_wraps.bpf.c -- wants keys wider than their fields: their lower bytes are others' keys. */
#include "protocol/ether.h"
#include "protocol/ip.h"
#include "spin/extend.h"
#include "spin/services/net/net.h"

NEEDS("/svc/domains/Net");

INITIALISE long begin(void) {
    const unsigned long ether = 0x10000 + ETHER_IP, ip = 0x100 + IP_UDP, port = 0x10000 + 7;
    return !net_claim(NET_ETHER, ether, ether, NET_ANY) && !net_claim(NET_IP, ip, ip, NET_ANY) &&
           !net_claim(NET_UDP, port, port, NET_ANY) && !net_claim(NET_TCP, port, port, NET_ANY) &&
           !net_claim(NET_AM, port, port, NET_ANY) && !net_claim(NET_UDP, 300, port, NET_ANY) &&
           !net_claim(NET_RPC, 1ul << 24, 1ul << 24, NET_ANY);
}

HANDLER(ether_arrived)
unsigned long hear(struct packet *p, unsigned long key, struct outgoing *reply) {
    (void)p, (void)key, (void)reply;
    return NET_TAKEN;
}
