/* SPDX-License-Identifier: MIT */
/* checksum.h -- the Internet checksum (RFC 1071) of whole 16-bit words, in memory's byte order. */
#ifndef ENGINE_PROGRAMS_CHECKSUM_H
#define ENGINE_PROGRAMS_CHECKSUM_H

#include "contexts.h"

static inline __attribute__((always_inline)) longest checksum(const half *data, word count) {
    longest sum = 0;
    for (word i = 0; i < count; i++)
        sum += data[i];
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    return ~sum & 0xffff;
}

#endif
