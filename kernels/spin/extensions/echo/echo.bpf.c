/* SPDX-License-Identifier: MIT */
/* echo.bpf.c -- the echo service of UDP (RFC 862), and the same of Ethernet's first type for local
 * experiments: what comes goes back. */
#include "spin/extend.h"
#include "spin/services/net/net.h"

NEEDS("/svc/domains/Net");

enum { PORT_ECHO = 7, ETHER_ECHO = 0x88b5 };

INITIALISE long begin(void) {
    return !net_claim(NET_UDP, PORT_ECHO, PORT_ECHO, NET_ANY) ||
           !net_claim(NET_ETHER, ETHER_ECHO, ETHER_ECHO, NET_ANY);
}

HANDLER(udp_arrived)
unsigned long on_datagram(struct packet *p, unsigned long key, struct outgoing *reply) {
    (void)p, (void)key, (void)reply;
    return NET_ANSWER(0, 0);
}

HANDLER(ether_arrived)
unsigned long on_frame(struct packet *p, unsigned long key, struct outgoing *reply) {
    (void)p, (void)key, (void)reply;
    return NET_ANSWER(0, 0);
}
