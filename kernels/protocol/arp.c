/* SPDX-License-Identifier: MIT */
#include "arp.h"
#include "rules.h"

enum { ON_ETHERNET = 1, REQUEST = 1, REPLY = 2 };

bool arp_get(const uint8_t *p, uint32_t bytes, struct arp_packet *a) {
    if (bytes < ARP_BYTES || wire_get16(p) != ON_ETHERNET || wire_get16(p + 2) != ETHER_IP ||
        wire_get16(p + 4) != (6 << 8 | 4))
        return false;
    uint32_t operation = wire_get16(p + 6);
    if (operation != REQUEST && operation != REPLY)
        return false;
    a->asks = operation == REQUEST;
    memcpy(&a->source_ether, p + 8, 6);
    a->source = wire_get32(p + 14);
    memcpy(&a->target_ether, p + 18, 6);
    a->target = wire_get32(p + 24);
    return true;
}

void arp_put(uint8_t *p, const struct arp_packet *a) {
    wire_put16(p, ON_ETHERNET);
    wire_put16(p + 2, ETHER_IP);
    wire_put16(p + 4, 6 << 8 | 4);
    wire_put16(p + 6, a->asks ? REQUEST : REPLY);
    memcpy(p + 8, &a->source_ether, 6);
    wire_put32(p + 14, a->source);
    memcpy(p + 18, &a->target_ether, 6);
    wire_put32(p + 24, a->target);
}

static struct arp_entry *of(struct arp_entry *table, uint32_t count, uint32_t ip) {
    for (uint32_t i = 0; i < count; i++)
        if (table[i].state != ARP_FREE && table[i].ip == ip)
            return &table[i];
    return NULL;
}

/* A free place, or the one that ends first; NULL: `stranger`, and there is none of his like. */
static struct arp_entry *take(struct arp_entry *table, uint32_t count, uint32_t ip, bool stranger) {
    struct arp_entry *e = NULL;
    for (uint32_t i = 0; i < count && (!e || e->state != ARP_FREE); i++) {
        struct arp_entry *x = &table[i];
        if (stranger && x->state != ARP_FREE && !x->stranger && DEFENDED(ARP_PLACES))
            continue;
        if (!e || x->state == ARP_FREE || x->until < e->until)
            e = x;
    }
    if (e)
        *e = (struct arp_entry){.ip = ip, .state = ARP_ASKED, .stranger = stranger};
    return e;
}

enum arp_answer arp_find(struct arp_entry *table, uint32_t count, uint32_t ip, uint64_t now,
                         struct ether_address *ether) {
    struct arp_entry *e = of(table, count, ip);
    if (!e)
        e = take(table, count, ip, false);
    if (!e)
        return ARP_NOBODY; /* the table has no place at all */
    e->stranger = false;
    if (e->state == ARP_KNOWN && now < e->until) {
        *ether = e->ether;
        return ARP_FOUND;
    }
    if (e->state == ARP_KNOWN)
        *e = (struct arp_entry){.ip = ip, .state = ARP_ASKED};
    if (now < e->until)
        return ARP_WAIT;
    e->until = now + ARP_AGAIN;
    if (e->asked < ARP_QUESTIONS) {
        e->asked++;
        return ARP_ASK;
    }
    e->state = ARP_FREE;
    return ARP_NOBODY;
}

bool arp_input(struct arp_entry *table, uint32_t count, const struct arp_packet *a,
               const struct arp_self *me, struct arp_packet *reply) {
    struct arp_entry *e = of(table, count, a->source);
    /* Nobody else has our address, and a group is nobody's. */
    if (!a->source || a->source == me->ip || ether_is_group(a->source_ether.byte))
        return false;
    bool for_me = a->target == me->ip;
    if (!e && (!DEFENDED(ARP_STRANGER) || (for_me && a->asks)))
        e = take(table, count, a->source, true);
    if (e && (for_me || e->state == ARP_KNOWN)) {
        e->state = ARP_KNOWN;
        e->asked = 0;
        e->ether = a->source_ether;
        e->until = me->now + ARP_KNOWN_FOR;
    }
    *reply = (struct arp_packet){
        .source = me->ip,
        .target = a->source,
        .source_ether = me->ether,
        .target_ether = a->source_ether,
    };
    return for_me && a->asks;
}
