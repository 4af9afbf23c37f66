/* SPDX-License-Identifier: MIT */
/* net_echoes.bpf.c -- answers whatever comes to its port, also what it has sent there itself. */
#include "spin/extend.h"
#include "spin/services/net/net.h"

NEEDS("/svc/domains/Net");
INTERFACE("net_echo");

enum { PORT = 4400, SELF = 0x7f000001 };

static unsigned long claim;

INITIALISE long begin(void) {
    claim = net_claim(NET_UDP, PORT, PORT, NET_ANY);
    return !claim;
}

EPHEMERAL(udp_arrived)
unsigned long hear(struct packet *p, unsigned long key, struct outgoing *reply) {
    (void)p, (void)key, (void)reply;
    return NET_ANSWER(0, 0);
}

EXPORTED long net_echo(void) {
    struct outgoing *o = packet_new();
    return o ? -packet_send(claim, o, 4, SELF, PORT) : -1;
}
