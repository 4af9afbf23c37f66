/* SPDX-License-Identifier: MIT */
/* pieces.bpf.c -- packets that come in pieces, in a strand. There are so many at once; the oldest
 * makes place. */
#include "protocol/checksum.c" /* NOLINT(bugprone-suspicious-include) */
#include "protocol/ether.h"
#include "protocol/ip.c"       /* NOLINT(bugprone-suspicious-include) */
#include "protocol/ip_whole.c" /* NOLINT(bugprone-suspicious-include) */
#include "spin/extend.h"
#include "spin/services/net/net.h"

static struct ip_whole whole[NET_WHOLES];

HANDLER(ether_received)
unsigned long on_received(struct packet *p, unsigned long key, struct outgoing *reply) {
    struct ip_header h;
    bool fresh;
    (void)key, (void)reply;
    if (p->data + IP_HEADER > p->end || p->data[0] != IP_PLAIN ||
        ip_get_plain(p->data, (uint32_t)p->bytes, &h) != IP_FINE ||
        (h.target != p->me && p->nic != NET_LOOPBACK))
        return NET_NOTHING;
    const uint32_t place = ip_whole_of(whole, NET_WHOLES, &h, net_now(), &fresh) % NET_WHOLES;
    const unsigned flags = fresh ? NET_FRESH : 0;
    const enum ip_piece what = ip_whole_add(&whole[place], &h);
    return what == IP_DROP ? NET_TAKEN
                           : NET_PIECE(place, flags | (what == IP_DONE ? NET_LAST : 0), h.protocol,
                                       IP_HEADER, h.length - IP_HEADER, h.offset);
}
