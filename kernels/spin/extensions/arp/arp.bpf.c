/* SPDX-License-Identifier: MIT */
/* arp.bpf.c -- which station has which address of a link (protocol/arp.h). What is known is in a
 * table of so many entries for each interface: a flood takes the places of older answers. */
#include "protocol/arp.c" /* NOLINT(bugprone-suspicious-include) */
#include "spin/extend.h"
#include "spin/services/net/net.h"
#include "spin/services/net/station.h"

NEEDS("/svc/domains/Net");

enum { ENTRIES = 16, FRAME_DATA = ETHER_LEAST - ETHER_HEADER };

static struct arp_entry table[NET_LOOPBACK][ENTRIES];

INITIALISE long begin(void) {
    return !net_claim(NET_ETHER, ETHER_ARP, ETHER_ARP, NET_ANY);
}

/* A packet, and zeros up to the least length of a frame. */
static inline unsigned long put(struct outgoing *o, const struct arp_packet *a) {
    uint8_t *at = &o->byte[NET_ROOM];
    arp_put(at, a);
    for (unsigned i = ARP_BYTES; i < FRAME_DATA; i += 2)
        wire_put16(at + i, 0);
    return NET_REPLY(FRAME_DATA);
}

HANDLER(ether_arrived)
unsigned long on_arrived(struct packet *p, unsigned long key, struct outgoing *reply) {
    struct arp_packet a, answer;
    struct arp_self me = {.ip = (uint32_t)p->me, .now = p->now};
    (void)key;
    if (p->nic >= NET_LOOPBACK || p->data + ARP_BYTES > p->end || !arp_get(p->data, ARP_BYTES, &a))
        return NET_NOTHING;
    station_put(me.ether.byte, p->mac);
    return arp_input(table[p->nic], ENTRIES, &a, &me, &answer) ? put(reply, &answer) : NET_TAKEN;
}

HANDLER(ether_resolve)
unsigned long on_resolve(unsigned long ip, struct outgoing *question, struct sending *s) {
    struct ether_address found;
    struct arp_packet ask = {.source = (uint32_t)s->me, .target = (uint32_t)ip, .asks = 1};
    if (s->nic >= NET_LOOPBACK)
        return 0;
    switch (arp_find(table[s->nic], ENTRIES, (uint32_t)ip, s->now, &found)) {
    case ARP_FOUND:
        return NET_STATION(station_get(found.byte));
    case ARP_ASK:
        station_put(ask.source_ether.byte, s->mac);
        return put(question, &ask);
    default:
        return 0;
    }
}
