/* SPDX-License-Identifier: MIT */
/* passage.c -- see passage.h: whose frames pass by the graph. One that came up it and was passed on
 * (packet_pass) shows the way: the next ones between the same addresses and ports get the header of
 * Ethernet that it got. After a while one comes up again, so that its owner sees that there are
 * some; so it is when anything that is bound to an event has changed, and when somebody has said
 * by ARP whose station is which. */
#include "spin/services/net/passage.h"

#include "lib/string.h"
#include "protocol/checksum.h"
#include "protocol/ip.h"
#include "protocol/udp.h"
#include "spin/core/dispatch/binding/defence.h"
#include "spin/core/dispatch/change.h"
#include "spin/services/net/clock.h"

enum { STATIONS = 12, HEADERS = ETHER_HEADER + IP_HEADER };
enum { IP_SUM_AT = 10, IP_ADDRESSES_AT = 12 };
enum { TCP_SUM_AT = 16, UDP_SUM_AT = 6 };
enum { HOP = 0xfffe }; /* what one less in the low byte of a word adds to a sum */

#define KEPT 64 /* a power of two */

static struct kept {
    struct passage how;
    const struct nic_object *from;
    struct nic_object *to;
    uint64_t changes; /* of events, so many there were then */
    uint8_t station[STATIONS];
    unsigned long until; /* 0: there is none */
} kept[KEPT];
const unsigned long passage_bytes = sizeof(struct kept);

static inline struct kept *place_of(uint64_t addresses, uint32_t ports) {
    return &kept[((uint32_t)addresses ^ ports) * 0x9e3779b1u >> 26 & (KEPT - 1)];
}

/* What it adds to a sum that words become others. */
static inline uint64_t instead(uint64_t old, uint64_t new) {
    return sum_join(~old, new);
}

static inline void add_to(uint8_t *sum, uint16_t more) {
    sum_put(sum, sum_end((uint64_t)(uint16_t)~wire_load16(sum) + more));
}

void passage_make(struct passage *p, const uint8_t *ip, const uint8_t *transport,
                  const struct sending *to) {
    *p = (struct passage){.addresses = wire_load64(ip + IP_ADDRESSES_AT),
                          .new_addresses = (uint64_t)wire_swap32((uint32_t)to->target) << 32 |
                                           wire_swap32((uint32_t)to->source),
                          .ports = wire_load32(transport),
                          .new_ports = wire_swap16((uint32_t)to->target_port) << 16 |
                                       wire_swap16((uint32_t)to->source_port),
                          .protocol = (uint8_t)to->protocol,
                          .sum_at = to->protocol == IP_TCP ? TCP_SUM_AT : UDP_SUM_AT};
    const uint64_t addresses = instead(p->addresses, p->new_addresses);
    p->to_ip = sum_fold(sum_join(addresses, HOP));
    p->to_transport = sum_fold(sum_join(addresses, instead(p->ports, p->new_ports)));
}

/* A datagram's sum of 0 says that it has none. */
inline void passage_ports(const struct passage *p, uint8_t *transport) {
    uint8_t *sum = transport + p->sum_at;
    *(wire32 *)transport = p->new_ports;
    if (p->protocol == IP_UDP && !wire_load16(sum))
        return;
    add_to(sum, p->to_transport);
    if (p->protocol == IP_UDP && !wire_load16(sum))
        sum_put(sum, UINT16_MAX);
}

/* --- Those that are kept --- */

void passage_keep(const struct passage *p, const struct packet *came, unsigned long nic,
                  const uint8_t *frame) {
    struct kept *k = place_of(p->addresses, p->ports);
    net_short_ways |= SHORT_PASSAGES;
    *k = (struct kept){.how = *p,
                       .from = &nic_objects[came->nic],
                       .to = &nic_objects[nic],
                       .changes = changes_made,
                       .until = net_clock() + NET_PASS_FOR};
    memcpy(k->station, frame, STATIONS);
}

void passages_end(void) {
    if (!(net_short_ways & SHORT_PASSAGES))
        return;
    for (struct kept *k = kept; k < kept + KEPT; k++)
        k->until = 0;
    net_short_ways &= ~(unsigned)SHORT_PASSAGES;
}

static inline bool comes_so(const struct kept *k, const struct passage *p) {
    return k->how.addresses == p->addresses && k->how.ports == p->ports;
}

static inline bool goes_so(const struct kept *k, const struct passage *p) {
    return k->how.new_addresses == p->new_addresses && k->how.new_ports == p->new_ports;
}

void passage_is_ones(const struct passage *p) {
    const struct passage back = {.addresses = p->new_addresses >> 32 | p->new_addresses << 32,
                                 .new_addresses = p->addresses >> 32 | p->addresses << 32,
                                 .ports = p->new_ports >> 16 | p->new_ports << 16,
                                 .new_ports = p->ports >> 16 | p->ports << 16};
    for (struct kept *k = kept; k < kept + KEPT && DEFENDED(PASS_ONE); k++)
        if (k->how.protocol == p->protocol &&
            ((goes_so(k, p) && !comes_so(k, p)) || (comes_so(k, &back) && !goes_so(k, &back))))
            k->until = 0;
}

/* The way of a frame of so many bytes that has a plain packet in it, whole, with all of both
 * headers; its length is in *length. Null: there is none. */
static inline struct kept *way_of(const struct arrival *a, uint32_t bytes, uint32_t *length) {
    const uint8_t *ip = a->bytes + ETHER_HEADER;
    if (bytes < HEADERS + UDP_HEADER)
        return NULL;
    const uint64_t addresses = wire_load64(ip + IP_ADDRESSES_AT);
    const uint32_t ports = wire_load32(ip + IP_HEADER);
    struct kept *k = place_of(addresses, ports);
    *length = ETHER_HEADER + wire_get16(ip + 2);
    return k->how.addresses == addresses && k->how.ports == ports &&
                   (k->changes == changes_made || !DEFENDED(PASS_CHANGED)) &&
                   k->how.protocol == ip[9] && (k->from == a->of || !DEFENDED(PASS_FROM)) &&
                   (*length <= bytes || !DEFENDED(PASS_LENGTH)) &&
                   *length >= HEADERS + k->how.sum_at + sizeof(uint16_t) &&
                   ether_type(a->bytes) == ETHER_IP && (ip_is_plain(ip) || !DEFENDED(PASS_PLAIN)) &&
                   (ip[IP_TTL_AT] > 1 || !DEFENDED(PASS_HOPS))
               ? k
               : NULL;
}

bool passage_take(struct arrival *a, uint32_t bytes) {
    uint32_t length;
    const struct kept *k = way_of(a, bytes, &length);
    if (!k || (net_clock() >= k->until && DEFENDED(PASS_SHOWN)))
        return false;
    struct departure *d = departure_new();
    if (!d) {
        a->of->dropped++;
        return true;
    }
    uint8_t *frame = d->o->byte, *ip = frame + ETHER_HEADER;
    memcpy(frame, a->bytes, length);
    memcpy(frame, k->station, STATIONS);
    *(wire64 *)(ip + IP_ADDRESSES_AT) = k->how.new_addresses;
    ip[IP_TTL_AT]--;
    add_to(ip + IP_SUM_AT, k->how.to_ip);
    passage_ports(&k->how, ip + IP_HEADER);
    departure_send(k->to, d, 0, length);
    return true;
}
