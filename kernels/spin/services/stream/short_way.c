/* SPDX-License-Identifier: MIT */
#include "spin/services/stream/short_way.h"

#include "protocol/checksum.h"
#include "protocol/ip.h"
#include "spin/core/dispatch/binding/defence.h"
#include "spin/core/dispatch/change.h"
#include "spin/services/stream/waiting.h"

enum { HEADERS = ETHER_HEADER + IP_HEADER, TCP_LEAST = 20 };
enum { IP_PROTOCOL_AT = 9, IP_ADDRESSES_AT = 12 };

#define KEPT 64 /* a power of two */

static struct kept {
    const struct nic_object *from; /* null: there is none */
    uint64_t addresses;            /* as they lie in a packet, and so the ports */
    uint32_t ports;
    uint64_t changes; /* so many there were then */
} kept[KEPT];

static inline struct kept *place_of(uint64_t addresses, uint32_t ports) {
    return &kept[((uint32_t)addresses ^ ports) * 0x9e3779b1u >> 26 & (KEPT - 1)];
}

void short_way_keep(const struct packet *p) {
    const uint8_t *ip = p->frame + p->network, *segment = p->frame + p->transport;
    const uint64_t addresses = wire_load64(ip + IP_ADDRESSES_AT);
    const uint32_t ports = wire_load32(segment);
    if (p->nic < NET_LOOPBACK && p->target == p->me)
        *place_of(addresses, ports) =
            (struct kept){&nic_objects[p->nic], addresses, ports, changes_made};
}

/* Whether the way of such packets is known still. */
static inline bool is_kept(const struct kept *k, const struct arrival *a, uint64_t addresses,
                           uint32_t ports) {
    return (k->from == a->of || !DEFENDED(SHORT_FROM)) && k->addresses == addresses &&
           k->ports == ports && (k->changes == changes_made || !DEFENDED(SHORT_CHANGED));
}

/* The length of the segment in a packet of IP that is whole and not damaged; 0: it is another. */
static inline uint32_t segment_of(const uint8_t *ip, uint32_t bytes) {
    const uint32_t length =
        ip_is_plain(ip) && ip[IP_PROTOCOL_AT] == IP_TCP ? ip_plain_length(ip, bytes) : 0;
    return length >= IP_HEADER + TCP_LEAST ? length - IP_HEADER : 0;
}

/* What the strand of connections looks at. */
static inline void describe(struct packet *p, const struct arrival *a, uint32_t length) {
    const uint8_t *ip = a->bytes + ETHER_HEADER, *segment = ip + IP_HEADER;
    p->frame = a->bytes;
    p->data = segment;
    p->end = segment + length;
    p->nic = a->of->number;
    p->source = ip_source(ip);
    p->target = ip_target(ip);
    p->source_port = wire_get16(segment);
    p->target_port = wire_get16(segment + 2);
}

bool short_way_take(struct arrival *a, uint32_t bytes) {
    const uint8_t *ip = a->bytes + ETHER_HEADER;
    if (bytes < HEADERS + TCP_LEAST || ether_type(a->bytes) != ETHER_IP)
        return false;
    const uint64_t addresses = wire_load64(ip + IP_ADDRESSES_AT);
    const uint32_t ports = wire_load32(ip + IP_HEADER);
    if (!is_kept(place_of(addresses, ports), a, addresses, ports))
        return false;
    const uint32_t length = segment_of(ip, bytes - ETHER_HEADER);
    if (!length)
        return false;
    const uint64_t ends = sum_join(addresses, (IP_TCP << 8) + wire_swap16(length));
    const uint64_t sum = sum_join(ends, sum_bytes(ip + IP_HEADER, length));
    if (sum_fold(sum) != UINT16_MAX && DEFENDED(SHORT_DAMAGED))
        return false;
    describe(&a->packet, a, length);
    waiting_post(a);
    return true;
}
