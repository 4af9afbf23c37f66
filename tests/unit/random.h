/* SPDX-License-Identifier: MIT */
/* random.h -- numbers at random, the same in each run: xorshift (Marsaglia, 2003). */
#ifndef TESTS_UNIT_RANDOM_H
#define TESTS_UNIT_RANDOM_H

#include <stdint.h>

static uint64_t seed = 88172645463325252ul;
static inline uint32_t below(uint32_t n) {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)(seed >> 20) % n;
}

#endif
