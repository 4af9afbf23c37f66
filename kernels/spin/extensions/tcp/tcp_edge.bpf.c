/* SPDX-License-Identifier: MIT */
/* tcp_edge.bpf.c -- TCP in the graph of packets: what IP has for it goes up to the port that it is
 * for, if its sum is right; what goes down gets its sum. Connections are tcp_step.bpf.c's. */
#include "protocol/checksum.c" /* NOLINT(bugprone-suspicious-include) */
#include "protocol/ip.h"
#include "spin/extend.h"
#include "spin/services/net/net.h"

NEEDS("/svc/domains/Net");

enum { HEADER = 20, CHECKSUM = 16 };

INITIALISE long begin(void) {
    return !net_claim(NET_IP, IP_TCP, IP_TCP, NET_ANY);
}

HANDLER(ip_arrived)
unsigned long arrived(struct packet *p, unsigned long key, struct outgoing *reply) {
    (void)key, (void)reply;
    if (p->data + HEADER > p->end)
        return NET_NOTHING;
    uint64_t sum = sum_pseudo((uint32_t)p->source, (uint32_t)p->target, IP_TCP, (uint32_t)p->bytes);
    if (sum_fold(sum_join(sum, p->sum)) != UINT16_MAX)
        return NET_NOTHING;
    return NET_UP(wire_get16(p->data + 2), 0, p->bytes);
}

HANDLER(tcp_sent) unsigned long sent(struct outgoing *o, struct sending *s) {
    unsigned long at = s->begin + CHECKSUM;
    __asm__("" : "+r"(at)); /* what the compiler knows of it is not proven by that */
    at &= OUTGOING_BYTES / 2 - 1;
    uint64_t sum = sum_pseudo((uint32_t)s->source, (uint32_t)s->target, IP_TCP, (uint32_t)s->bytes);
    sum_put(&o->byte[at], sum_end(sum_join(sum, s->sum)));
    return s->bytes < HEADER ? NET_DROP : 0;
}
