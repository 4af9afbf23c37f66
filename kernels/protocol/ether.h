/* SPDX-License-Identifier: MIT */
/* ether.h -- Ethernet's header (IEEE 802.3, type encapsulation of RFC 894). */
#ifndef PROTOCOL_ETHER_H
#define PROTOCOL_ETHER_H

#include <stdbool.h>
#include <stdint.h>
#include "bytes.h"

#include "wire.h"

enum { ETHER_HEADER = 14, ETHER_LEAST = 60, ETHER_MTU = 1500 }; /* without the check sequence */
enum { ETHER_IP = 0x0800, ETHER_ARP = 0x0806 };

struct ether_address {
    uint8_t byte[6];
};

static inline void ether_put(uint8_t *h, const struct ether_address *target,
                             const struct ether_address *source, uint32_t type) {
    memcpy(h, target, 6);
    memcpy(h + 6, source, 6);
    wire_put16(h + 12, type);
}

static inline uint32_t ether_type(const uint8_t *h) {
    return wire_get16(h + 12);
}

/* A frame goes back where it came from. */
static inline void ether_answer(uint8_t *h) {
    struct ether_address source, target;
    memcpy(&target, h, 6);
    memcpy(&source, h + 6, 6);
    memcpy(h, &source, 6);
    memcpy(h + 6, &target, 6);
}

/* Whether a frame is for all, or for many. */
static inline bool ether_is_group(const uint8_t *h) {
    return h[0] & 1;
}

static inline bool ether_is_for(const uint8_t *h, const struct ether_address *me) {
    return ether_is_group(h) || !memcmp(h, me, 6);
}

#endif
