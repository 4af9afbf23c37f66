/* SPDX-License-Identifier: MIT */
/* ip.h -- IPv4 (RFC 791, as hosts and routers do it by RFC 1122 and 1812): headers, pieces, routes.
 * Addresses are numbers: 10.0.0.1 is 0x0a000001. */
#ifndef PROTOCOL_IP_H
#define PROTOCOL_IP_H

#include <stdbool.h>
#include <stdint.h>

#include "bytes.h"
#include "checksum.h"
#include "wire.h"

enum { IP_HEADER = 20, IP_HEADER_MOST = 60, IP_BYTES_MOST = 65535 };
enum { IP_ICMP = 1, IP_TCP = 6, IP_UDP = 17 };
enum { IP_TTL = 64 };

struct ip_header {
    uint32_t source, target;
    uint16_t length; /* of header and data */
    uint16_t id;
    uint16_t offset; /* of a piece: where in the whole its data belong, in bytes; a multiple of 8 */
    bool more;       /* pieces follow */
    bool whole;      /* it must not be cut (DF) */
    uint8_t ttl, protocol, header; /* `header`: its bytes */
};

/* Why bytes are no packet. */
enum ip_fault {
    IP_FINE,
    IP_SHORT,   /* less than a header, or than the header says */
    IP_VERSION, /* not 4 */
    IP_LENGTHS, /* header or packet longer than what it lies in */
    IP_CHECKSUM,
    IP_OPTIONS, /* cut off, or a route that its source wants (RFC 7126 has hosts refuse it) */
    IP_PIECE,   /* beyond 65,535, or not a multiple of 8 though more follow */
};

/* Of a header that was checked. */
static inline uint32_t ip_source(const uint8_t *packet) {
    return wire_get32(packet + 12);
}

static inline uint32_t ip_target(const uint8_t *packet) {
    return wire_get32(packet + 16);
}

/* The header of a packet that lies in `bytes` bytes; it is checked wholly. */
enum ip_fault ip_get(const uint8_t *packet, uint32_t bytes, struct ip_header *h);
/* The same of one whose first byte is IP_PLAIN: it has no options, and all IP_HEADER bytes. */
enum { IP_PLAIN = 0x45 };
enum ip_fault ip_get_plain(const uint8_t *packet, uint32_t bytes, struct ip_header *h);
/* Whether it has no options, and is no piece of another. */
static inline bool ip_is_plain(const uint8_t *packet) {
    return packet[0] == IP_PLAIN && !(wire_load16(packet + 6) & wire_swap16(0x3fff));
}
/* The length of such a one that lies in `bytes` bytes, of them at least a header; 0: the header was
 * damaged, or says more. */
static inline uint32_t ip_plain_length(const uint8_t *packet, uint32_t bytes) {
    const uint32_t length = wire_get16(packet + 2);
    const uint64_t sum = (uint64_t)wire_load32(packet) + wire_load32(packet + 4) +
                         wire_load32(packet + 8) + wire_load32(packet + 12) +
                         wire_load32(packet + 16);
    return length >= IP_HEADER && length <= bytes && sum_fold(sum) == UINT16_MAX ? length : 0;
}
/* Whether a header is another's, of IP_HEADER bytes. */
static inline bool ip_is_like(const uint8_t *packet, const uint8_t *other) {
    return !((wire_load64(packet) ^ wire_load64(other)) |
             (wire_load64(packet + 8) ^ wire_load64(other + 8)) |
             (wire_load32(packet + 16) ^ wire_load32(other + 16)));
}
/* A header without options, checksum included: IP_HEADER bytes. */
void ip_put(uint8_t *packet, const struct ip_header *h);
/* A packet goes back where it came from; its checksum stays. */
static inline void ip_answer(uint8_t *packet) {
    const uint64_t addresses = wire_load64(packet + 12);
    *(wire64 *)(packet + 12) = addresses >> 32 | addresses << 32;
}
/* The length of a packet whose header was written with the length 0; its checksum was `field`. */
static inline void ip_put_length(uint8_t *packet, uint32_t length, uint16_t field) {
    wire_put16(packet + 2, length);
    sum_put(packet + 10, sum_end((uint64_t)(uint16_t)~field + wire_load16(packet + 2)));
}
/* As many hops as a packet of one's own has, and the checksum with it. */
static inline void ip_fresh(uint8_t *packet) {
    const uint16_t old = wire_load16(packet + 8);
    if (packet[8] == IP_TTL)
        return;
    packet[8] = IP_TTL;
    sum_put(packet + 10, sum_end((uint64_t)(uint16_t)~wire_load16(packet + 10) + (uint16_t)~old +
                                 wire_load16(packet + 8)));
}
/* One hop less, and the checksum with it. False: none was left. */
bool ip_hop(uint8_t *packet);

/* Cuts `length` bytes of data for a link of `mtu`: the piece that begins at `from` has so many
 * bytes; 0: the link is too narrow. */
uint32_t ip_cut(uint32_t length, uint32_t from, uint32_t mtu);

/* --- Pieces that are put together again --- */

#define IP_RUNS 8 /* runs of pieces, not next to each other, at most */

/* A packet of which pieces have come; its owner has the data. */
struct ip_whole {
    uint32_t source, target;
    uint16_t id;
    uint8_t protocol, runs;
    uint32_t bytes; /* of its data; 0: the last piece has not come */
    uint64_t until; /* when it is given up; 0: the place is free */
    struct ip_run {
        uint32_t from, to;
    } run[IP_RUNS];
};

#define IP_WHOLE_FOR 30000000000ull /* ns; RFC 791 says from 15 s on */

enum ip_piece {
    IP_STORE, /* it belongs at h->offset of the packet's data */
    IP_DONE,  /* so it does, and all are there; the place is free again */
    IP_DROP,  /* it contradicts what came, and the whole is given up; or one too many; or it came
                 before */
};

/* Which of `count` packets a piece belongs to. A new one takes a free place, one that is given up,
 * or that of the oldest: `*fresh`, and what was stored for that place is nothing any more. */
uint32_t ip_whole_of(struct ip_whole *whole, uint32_t count, const struct ip_header *h,
                     uint64_t now, bool *fresh);
/* A part of it: data from `from` to before `to` have come. */
APART enum ip_piece ip_run_add(struct ip_whole *whole NEVER_NULL, uint32_t from, uint32_t to);
APART enum ip_piece ip_whole_add(struct ip_whole *whole NEVER_NULL,
                                 const struct ip_header *h NEVER_NULL);

/* --- Routes --- */

struct ip_route {
    uint32_t net, mask;
    uint32_t next; /* the router; 0: the target itself is on this link */
    uint32_t link; /* index of the interface */
};

/* The route with the longest mask that has `target`, of `count`; NULL: none. */
const struct ip_route *ip_route_to(const struct ip_route *route, uint32_t count, uint32_t target);

#endif
