/* SPDX-License-Identifier: MIT */
/* pattern.h -- the bytes of a file, by their place and a tag: no two tags have a sector alike. */
#ifndef TESTS_CRASH_PATTERN_H
#define TESTS_CRASH_PATTERN_H

#include <stdint.h>

static inline unsigned char pattern(unsigned tag, uint64_t at) {
    uint32_t x = (tag * 0x9e3779b1u) ^ (uint32_t)(at / 4 * 0x85ebca6bu);
    x ^= x >> 15;
    x *= 0x2c1b3c6du;
    x ^= x >> 13;
    return (unsigned char)(x >> at % 4 * 8);
}

#endif
