/* SPDX-License-Identifier: MIT */
/* station.h -- a station's address as bytes and as a number, whose most significant byte of six is
 * the first on the wire. */
#ifndef SPIN_SERVICES_NET_STATION_H
#define SPIN_SERVICES_NET_STATION_H

#include "protocol/wire.h"

static inline unsigned long station_get(const uint8_t *at) {
    return (unsigned long)wire_get16(at) << 32 | wire_get32(at + 2);
}

static inline void station_put(uint8_t *at, unsigned long station) {
    wire_put16(at, (uint32_t)(station >> 32));
    wire_put32(at + 2, (uint32_t)station);
}

#endif
