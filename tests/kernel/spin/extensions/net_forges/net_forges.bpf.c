/* SPDX-License-Identifier: MIT */
/* net_forges.bpf.c -- sends by claims that it does not have, and from ports that it does not have.
 * What it was told is the error, positive. */
#include "lib/error.h"
#include "spin/extend.h"
#include "spin/services/net/net.h"

NEEDS("/svc/domains/Net");
INTERFACE("net_by_others");
INTERFACE("net_from_others");
INTERFACE("net_from_own");
INTERFACE("net_datagram_from_others");

static unsigned long segments, datagrams, tried;

INITIALISE long begin(void) {
    segments = net_claim(NET_TCP, 4100, 4100, NET_ANY);
    datagrams = net_claim(NET_UDP, 4100, 4101, NET_ANY);
    return !segments || !datagrams;
}

HANDLER(tcp_arrived)
unsigned long hear(struct packet *p, unsigned long key, struct outgoing *reply) {
    (void)p, (void)key, (void)reply;
    return NET_TAKEN;
}

static inline long send(unsigned long claim, unsigned char port_low) {
    struct outgoing *o = packet_new();
    if (!o)
        return -1;
    o->byte[NET_ROOM] = 4100 / 256;
    o->byte[NET_ROOM + 1] = port_low;
    return -packet_send(claim, o, 20, 0x0a000002, 7);
}

/* By the next number each time; by its own ones it does not. */
EXPORTED long net_by_others(void) {
    const unsigned long n = tried++;
    return n == segments || n == datagrams ? E_PERM : send(n, 4100 % 256);
}

EXPORTED long net_from_others(void) {
    return send(segments, 4100 % 256 + 1);
}

EXPORTED long net_from_own(void) {
    return send(segments, 4100 % 256);
}

static inline long send_datagram(unsigned long source) {
    struct outgoing *o = packet_new();
    return o ? -packet_send(datagrams, o, 4, 0x0a000002, NET_FROM(source, 7)) : -1;
}

/* Before its ports, and behind them. */
EXPORTED long net_datagram_from_others(void) {
    const long before = send_datagram(4099);
    return before == E_PERM ? send_datagram(4102) : before;
}
