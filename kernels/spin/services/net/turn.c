/* SPDX-License-Identifier: MIT */
/* turn.c -- an answer that is what it answers, but for its first bytes, goes back in the headers
 * that came: of IP and UDP source and target change places, which their sums do not notice. Its
 * stations and its hops are new. */
#include "spin/services/net/plexus.h"

#include "lib/string.h"
#include "protocol/ip.h"
#include "protocol/udp.h"
#include "spin/core/dispatch/binding/defence.h"

enum { HEADERS = ETHER_HEADER + IP_HEADER };

/* Of one that was for this machine alone, by a device, whole. UDP's sum would notice other bytes:
 * what is in IP has its own, in what is written. */
static inline bool may_turn(const struct arrival *a, unsigned node, unsigned long head,
                            unsigned long from) {
    const struct packet *p = &a->packet;
    return head == from && head <= p->bytes &&
           (node == NET_IP || (node == NET_UDP && (!head || !DEFENDED(TURN_WHOLE)))) &&
           a->of->nic && p->network == ETHER_HEADER && p->transport == HEADERS &&
           (p->target == p->me || !DEFENDED(TURN_TARGET)) && ip_is_plain(p->frame + ETHER_HEADER);
}

bool net_turn(struct arrival *a, unsigned node, unsigned long verdict) {
    const unsigned long head = verdict >> 8 & 0xffffff, from = verdict >> 32;
    const struct packet *p = &a->packet;
    const uint8_t *came = p->frame;
    struct departure *d = may_turn(a, node, head, from) ? reply_take() : NULL;
    if (!d)
        return false;
    const uint32_t begin = NET_ROOM - HEADERS - (node == NET_UDP ? UDP_HEADER : 0);
    uint8_t *frame = &d->o->byte[begin], *ip = frame + ETHER_HEADER;
    memcpy(frame, came + 6, 6);
    memcpy(frame + 6, a->of->address.byte, 6);
    memcpy(frame + 12, came + 12, HEADERS - 12);
    ip_answer(ip);
    ip_fresh(ip);
    const uint8_t *rest = came + HEADERS + head;
    memcpy(frame + HEADERS + head, rest, (unsigned long)(p->end - rest));
    if (node == NET_UDP)
        udp_answer(frame + HEADERS);
    departure_send(a->of, d, begin, (uint32_t)(p->end - came));
    return true;
}
