/* SPDX-License-Identifier: MIT */
/* ash_protocol.h -- headers of packets for handlers: kernels/protocol's source, compiled to
 * verified code and into the handler, for a handler is one function. */
#ifndef LIBOS_ASH_PROTOCOL_H
#define LIBOS_ASH_PROTOCOL_H

#include "exo/ash.h"

#include "lib/string.h"
#define memcpy __builtin_memcpy /* no call: it becomes loads and stores */
#define memcmp __builtin_memcmp

#ifdef __clang__
#pragma clang diagnostic ignored "-Wunused-function"
#endif
#include "protocol/checksum.h"
#ifdef __clang__
#pragma clang attribute push(__attribute__((always_inline)), apply_to = function)
#pragma clang attribute push(__attribute__((internal_linkage)), apply_to = function)
#endif
#include "protocol/ether.h"
/* NOLINTBEGIN(bugprone-suspicious-include) */
#include "protocol/icmp.c"
#include "protocol/ip.c"
/* NOLINTEND(bugprone-suspicious-include) */
#include "protocol/udp.h"
#ifdef __clang__
#pragma clang attribute pop
#pragma clang attribute pop
#endif

/* The packet of a frame, whole and not a piece: its data begin `header` bytes from its beginning,
 * `data` of them. False: it is none. */
static inline bool ash_packet(const uint8_t *frame, uint64_t bytes, struct ip_header *ip,
                              uint32_t *header, uint32_t *data) {
    if (bytes < ETHER_HEADER || ip_get(frame + ETHER_HEADER, (uint32_t)bytes - ETHER_HEADER, ip) ||
        ip->offset || ip->more)
        return false;
    *header = ip->header;
    *data = (uint32_t)ip->length - ip->header;
    return *header <= IP_HEADER_MOST && *data <= ETHER_MTU - IP_HEADER;
}

#endif
