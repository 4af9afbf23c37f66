/* SPDX-License-Identifier: MIT */
/* net_writes.bpf.c -- writes to a packet that others have, too. */
#include "spin/extend.h"
#include "spin/services/net/net.h"

NEEDS("/svc/domains/Net");

INITIALISE long begin(void) {
    return !net_claim(NET_UDP, 4400, 4400, NET_ANY);
}

HANDLER(udp_arrived)
unsigned long hear(struct packet *p, unsigned long key, struct outgoing *reply) {
    unsigned char *byte = (unsigned char *)p->data;
    (void)key, (void)reply;
    if (byte + 1 > p->end)
        return NET_NOTHING;
    *byte = 0;
    return NET_TAKEN;
}
