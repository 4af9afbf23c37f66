/* SPDX-License-Identifier: MIT */
/* net_poses.bpf.c -- would be what ICMP is. */
enum { IP_ICMP = 1 };
#include "spin/extend.h"
#include "spin/services/net/net.h"

NEEDS("/svc/domains/Net");

INITIALISE long begin(void) {
    return !net_claim(NET_IP, IP_ICMP, IP_ICMP, NET_ANY);
}

HANDLER(ip_arrived)
unsigned long hear(struct packet *p, unsigned long key, struct outgoing *reply) {
    (void)p, (void)key, (void)reply;
    return NET_TAKEN;
}
