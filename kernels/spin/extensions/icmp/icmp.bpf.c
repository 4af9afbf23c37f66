/* SPDX-License-Identifier: MIT */
/* icmp.bpf.c -- echoes are answered (protocol/icmp.h). */
#include "protocol/icmp.c"     /* NOLINT(bugprone-suspicious-include) */
#include "protocol/checksum.c" /* NOLINT(bugprone-suspicious-include) */
#include "spin/extend.h"
#include "spin/services/net/net.h"

NEEDS("/svc/domains/Net");

INITIALISE long begin(void) {
    return !net_claim(NET_IP, IP_ICMP, IP_ICMP, NET_ANY);
}

HANDLER(ip_arrived)
unsigned long on_arrived(struct packet *p, unsigned long key, struct outgoing *reply) {
    const uint8_t *from = p->data;
    (void)key;
    if (from + ICMP_HEADER > p->end || from[0] != ICMP_ECHO || p->sum != UINT16_MAX)
        return NET_NOTHING;
    *(wire64 *)&reply->byte[NET_ROOM] = wire_load64(from);
    icmp_answer(&reply->byte[NET_ROOM]);
    return NET_ANSWER(ICMP_HEADER, ICMP_HEADER);
}
