/* SPDX-License-Identifier: MIT */
/* checksum.h -- the Internet's checksum (RFC 1071), in parts that compose: a sum over bytes is kept
 * as 64 bits that are folded when it is written, so that who copies data can sum them at once, and
 * who stores data can keep their sum.
 *
 * A sum counts pairs of bytes in the order in which they lie in memory; so does what is folded, and
 * it is written to the packet as it is (RFC 1071, 2 (B)). */
#ifndef PROTOCOL_CHECKSUM_H
#define PROTOCOL_CHECKSUM_H

#include <stdint.h>
#include "bytes.h"
#include "wire.h"

/* sum + more in ones' complement: a carry comes in again. */
static inline uint64_t sum_join(uint64_t sum, uint64_t more) {
    sum += more;
    return sum + (sum < more);
}

/* The same sum in 16 bits. Of two halves and their sum the other way round the upper half has the
 * carry of the lower. */
static inline uint16_t sum_fold(uint64_t sum) {
    sum += sum >> 32 | sum << 32;
    uint32_t half = (uint32_t)(sum >> 32);
    half += half >> 16 | half << 16;
    return (uint16_t)(half >> 16);
}

/* What a header's field of a checksum gets. */
static inline uint16_t sum_end(uint64_t sum) {
    return (uint16_t)~sum_fold(sum);
}

/* The sum of bytes that begin at an odd place of the packet: each pair is swapped. */
static inline uint64_t sum_odd(uint64_t sum) {
    uint16_t s = sum_fold(sum);
    return (uint16_t)(s << 8 | s >> 8);
}

/* The sum of `n` bytes. */
uint64_t sum_bytes(const void *bytes, uint32_t n);
/* The sum of what stands in front of a UDP or TCP header of IPv4: both addresses, the protocol, the
 * length. */
static inline uint64_t sum_pseudo(uint32_t source, uint32_t target, uint8_t protocol,
                                  uint32_t length) {
    return (uint64_t)wire_swap32(source) + wire_swap32(target) + ((uint32_t)protocol << 8) +
           wire_swap16(length);
}
/* A checksum field after a word of the packet changed (RFC 1624); all as they lie in memory. */
uint16_t sum_update(uint16_t field, uint16_t old, uint16_t new);

/* The field itself, as it lies. */
static inline void sum_put(uint8_t *at, uint16_t field) {
    *(wire16 *)at = field;
}

#endif
