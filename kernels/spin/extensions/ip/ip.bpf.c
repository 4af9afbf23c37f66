/* SPDX-License-Identifier: MIT */
/* ip.bpf.c -- IPv4 (protocol/ip.h): what comes is for this machine, whole or in pieces; what goes
 * gets its header, and the station that is next. */
#include "protocol/checksum.c" /* NOLINT(bugprone-suspicious-include) */
#include "protocol/ether.h"
#include "protocol/ip.c" /* NOLINT(bugprone-suspicious-include) */
#include "spin/extend.h"
#include "spin/services/net/net.h"

NEEDS("/svc/domains/Net");

INITIALISE long begin(void) {
    return !net_claim(NET_ETHER, ETHER_IP, ETHER_IP, NET_ANY);
}

static inline _Bool is_for_me(const struct packet *p, uint32_t target) {
    return target == p->me || target == 0xffffffff || p->nic == NET_LOOPBACK;
}

/* Of one without options every number is where it always is. All others wait for a strand. */
HANDLER(ether_arrived)
unsigned long on_arrived(struct packet *p, unsigned long key, struct outgoing *reply) {
    const uint8_t *ip = p->data;
    (void)key, (void)reply;
    if (ip + IP_HEADER > p->end || !ip_is_plain(ip))
        return NET_NOTHING;
    const uint32_t length = ip_plain_length(ip, (uint32_t)p->bytes);
    if (!length || !is_for_me(p, ip_target(ip)))
        return NET_NOTHING;
    return NET_UP(ip[9], IP_HEADER, length - IP_HEADER);
}

/* The next station: the target itself, or the router; 0: nobody leads there. */
static inline unsigned long next_of(const struct sending *s) {
    return s->nic == NET_LOOPBACK || !((s->target ^ s->me) & s->mask) ? s->target : s->router;
}

HANDLER(ip_sent) unsigned long on_sent(struct outgoing *o, struct sending *s) {
    const unsigned long next = next_of(s);
    const struct ip_header h = {.source = (uint32_t)s->source,
                                .target = (uint32_t)s->target,
                                .length = (uint16_t)(s->bytes + IP_HEADER),
                                .id = (uint16_t)s->id,
                                .offset = (uint16_t)s->offset,
                                .more = s->more,
                                .ttl = s->hops ? (uint8_t)s->hops : IP_TTL,
                                .protocol = (uint8_t)s->protocol};
    if (!next)
        return NET_DROP;
    if (!s->ether && s->nic != NET_LOOPBACK)
        return NET_RESOLVE | next;
    ip_put(header_at(o, s, IP_HEADER), &h);
    return IP_HEADER;
}
