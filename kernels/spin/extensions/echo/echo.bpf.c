/* SPDX-License-Identifier: MIT */
/* echo.bpf.c -- the echo service of UDP (RFC 862), and one of frames: what asks goes back. */
#include "spin/extend.h"
#include "spin/extensions/echo/echo.h"
#include "spin/services/net/net.h"

NEEDS("/svc/domains/Net");

INITIALISE long begin(void) {
    return !net_claim(NET_UDP, PORT_ECHO, PORT_ECHO, NET_ANY) ||
           !net_claim(NET_ETHER, ETHER_ECHO, ETHER_ECHO, NET_ANY);
}

/* Two that answer each other would never end. */
HANDLER(udp_arrived)
unsigned long on_datagram(struct packet *p, unsigned long key, struct outgoing *reply) {
    (void)key, (void)reply;
    return p->source_port == PORT_ECHO ? NET_NOTHING : NET_ANSWER(0, 0);
}

HANDLER(ether_arrived)
unsigned long on_frame(struct packet *p, unsigned long key, struct outgoing *reply) {
    (void)key;
    if (p->data + 1 > p->end || p->data[0] != ECHO_ASKS)
        return NET_NOTHING;
    reply->byte[NET_ROOM] = ECHO_ANSWERS;
    return NET_ANSWER(1, 1);
}
