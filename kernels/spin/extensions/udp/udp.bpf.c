/* SPDX-License-Identifier: MIT */
/* udp.bpf.c -- UDP (protocol/udp.h): datagrams that arrived as they were sent go to who has their
 * port. */
#include "protocol/checksum.c" /* NOLINT(bugprone-suspicious-include) */
#include "protocol/udp.h"
#include "spin/extend.h"
#include "spin/services/net/net.h"

NEEDS("/svc/domains/Net");

INITIALISE long begin(void) {
    return !net_claim(NET_IP, IP_UDP, IP_UDP, NET_ANY);
}

/* The sum is of all that IP had, so nothing may be behind the datagram. */
HANDLER(ip_arrived)
unsigned long on_arrived(struct packet *p, unsigned long key, struct outgoing *reply) {
    struct udp_header u;
    (void)key, (void)reply;
    if (p->data + UDP_HEADER > p->end || !udp_get(p->data, (uint32_t)p->bytes, &u) ||
        u.length != p->bytes || !udp_is_whole(&u, (uint32_t)p->source, (uint32_t)p->target, p->sum))
        return NET_NOTHING;
    return NET_UP(u.target, UDP_HEADER, u.length - UDP_HEADER);
}

HANDLER(udp_sent) unsigned long on_sent(struct outgoing *o, struct sending *s) {
    const struct udp_header u = {.source = (uint16_t)s->source_port,
                                 .target = (uint16_t)s->target_port,
                                 .length = (uint16_t)(s->bytes + UDP_HEADER)};
    udp_put(header_at(o, s, UDP_HEADER), &u, (uint32_t)s->source, (uint32_t)s->target, s->sum);
    return UDP_HEADER;
}
