/* SPDX-License-Identifier: MIT */
/* udp.h -- UDP (RFC 768). */
#ifndef PROTOCOL_UDP_H
#define PROTOCOL_UDP_H

#include <stdbool.h>

#include "checksum.h"
#include "ip.h"
#include "wire.h"

enum { UDP_HEADER = 8 };

struct udp_header {
    uint16_t source, target, length; /* ports; bytes of header and data */
    bool summed;                     /* it has a checksum */
};

/* The header of a datagram that lies in `bytes` bytes; false: it is none. What is behind its length
 * is not its own. The checksum is udp_is_whole's. */
static inline bool udp_get(const uint8_t *p, uint32_t bytes, struct udp_header *u) {
    if (bytes < UDP_HEADER)
        return false;
    u->source = (uint16_t)wire_get16(p);
    u->target = (uint16_t)wire_get16(p + 2);
    u->length = (uint16_t)wire_get16(p + 4);
    u->summed = p[6] | p[7];
    return u->length >= UDP_HEADER && u->length <= bytes;
}

/* The source port of a header that was checked; TCP's is at the same place. */
static inline uint16_t udp_source(const uint8_t *p) {
    return (uint16_t)wire_get16(p);
}

/* Whether header and data, which have the sum `sum`, arrived as they were sent. */
static inline bool udp_is_whole(const struct udp_header *u, uint32_t source, uint32_t target,
                                uint64_t sum) {
    sum = sum_join(sum, sum_pseudo(source, target, IP_UDP, u->length));
    return !u->summed || sum_fold(sum) == UINT16_MAX;
}

/* A datagram goes back where it came from; its checksum stays. */
static inline void udp_answer(uint8_t *p) {
    uint32_t source = wire_get16(p), target = wire_get16(p + 2);
    wire_put16(p, target);
    wire_put16(p + 2, source);
}

/* The header of data that have the sum `data`, between two addresses. A checksum of 0 would say
 * that there is none: it is written as its other form. */
static inline void udp_put(uint8_t *p, const struct udp_header *u, uint32_t source, uint32_t target,
                           uint64_t data) {
    wire_put16(p, u->source);
    wire_put16(p + 2, u->target);
    wire_put16(p + 4, u->length);
    wire_put16(p + 6, 0);
    uint64_t sum = sum_join(wire_load64(p), data);
    uint16_t end = sum_end(sum_join(sum, sum_pseudo(source, target, IP_UDP, u->length)));
    sum_put(p + 6, end ? end : UINT16_MAX);
}

/* The same without a checksum, for data that nobody reads on the way. */
static inline void udp_forget_sum(uint8_t *p) {
    wire_put16(p + 6, 0);
}

#endif
