/* SPDX-License-Identifier: MIT */
/* IPv4: a header as bytes and as numbers, and where a packet goes. */
#include "ip.h"
#include "bytes.h"
#include "checksum.h"
#include "rules.h"
#include "wire.h"

enum { WHOLE = 0x4000, MORE = 0x2000, OFFSET = 0x1fff };
enum { OPTION_END = 0, OPTION_NOTHING = 1, OPTION_LOOSE_ROUTE = 131, OPTION_STRICT_ROUTE = 137 };

static enum ip_fault look_at_options(const uint8_t *o, uint32_t bytes) {
    for (uint32_t at = 0; at < bytes && o[at] != OPTION_END;) {
        uint32_t length = 1;
        if (o[at] != OPTION_NOTHING) {
            if (bytes - at < 2 || o[at + 1] < 2 || o[at + 1] > bytes - at)
                return IP_OPTIONS;
            length = o[at + 1];
        }
        bool route = o[at] == OPTION_LOOSE_ROUTE || o[at] == OPTION_STRICT_ROUTE;
        if (DEFENDED(IP_OPTIONS) && route)
            return IP_OPTIONS;
        at += length;
    }
    return IP_FINE;
}

/* All but options, of a header of so many bytes. */
static inline __attribute__((always_inline)) enum ip_fault
get(const uint8_t *p, uint32_t bytes, uint32_t header, struct ip_header *h) {
    uint32_t piece = wire_get16(p + 6);
    *h = (struct ip_header){
        .source = ip_source(p),
        .target = ip_target(p),
        .length = (uint16_t)wire_get16(p + 2),
        .id = (uint16_t)wire_get16(p + 4),
        .offset = (uint16_t)((piece & OFFSET) * 8),
        .more = piece & MORE,
        .whole = piece & WHOLE,
        .ttl = p[8],
        .protocol = p[9],
        .header = (uint8_t)header,
    };
    if (header < IP_HEADER || header > h->length || h->length > bytes)
        return IP_LENGTHS;
    uint64_t sum = header == IP_HEADER
                       ? sum_join(sum_join(wire_load64(p), wire_load64(p + 8)), wire_load32(p + 16))
                       : sum_bytes(p, header);
    if (sum_fold(sum) != UINT16_MAX)
        return IP_CHECKSUM;
    uint32_t data = h->length - header;
    return h->offset + data > IP_BYTES_MOST - IP_HEADER || (h->more && (data % 8 || !data))
               ? IP_PIECE
               : IP_FINE;
}

enum ip_fault ip_get(const uint8_t *p, uint32_t bytes, struct ip_header *h) {
    if (bytes < IP_HEADER)
        return IP_SHORT;
    if (p[0] >> 4 != 4)
        return IP_VERSION;
    enum ip_fault fault = get(p, bytes, (p[0] & 15u) * 4, h);
    return fault || h->header == IP_HEADER ? fault
                                           : look_at_options(p + IP_HEADER, h->header - IP_HEADER);
}

enum ip_fault ip_get_plain(const uint8_t *p, uint32_t bytes, struct ip_header *h) {
    return get(p, bytes, IP_HEADER, h);
}

void ip_put(uint8_t *p, const struct ip_header *h) {
    p[0] = 4 << 4 | IP_HEADER / 4;
    p[1] = 0;
    wire_put16(p + 2, h->length);
    wire_put16(p + 4, h->id);
    wire_put16(p + 6, (h->whole ? WHOLE : 0u) | (h->more ? MORE : 0u) | h->offset / 8u);
    p[8] = h->ttl;
    p[9] = h->protocol;
    wire_put16(p + 10, 0);
    wire_put32(p + 12, h->source);
    wire_put32(p + 16, h->target);
    sum_put(p + 10, sum_end(sum_bytes(p, IP_HEADER)));
}

bool ip_hop(uint8_t *p) {
    uint16_t old, new, field;
    if (p[8] <= 1)
        return false;
    memcpy(&old, p + 8, sizeof old);
    p[8]--;
    memcpy(&new, p + 8, sizeof new);
    memcpy(&field, p + 10, sizeof field);
    sum_put(p + 10, sum_update(field, old, new));
    return true;
}

uint32_t ip_cut(uint32_t length, uint32_t from, uint32_t mtu) {
    uint32_t room = mtu > IP_HEADER ? mtu - IP_HEADER : 0, left = length - from;
    return left <= room ? left : room & ~7u;
}

const struct ip_route *ip_route_to(const struct ip_route *route, uint32_t count, uint32_t target) {
    const struct ip_route *best = NULL;
    for (uint32_t i = 0; i < count; i++)
        if ((target & route[i].mask) == route[i].net && (!best || route[i].mask > best->mask))
            best = &route[i];
    return best;
}
