/* SPDX-License-Identifier: MIT */
/* random.c -- the generator behind the generators: xorshift64* (Vigna, 2016). */
#include "generate.h"

void random_seed(struct random *r, uint64_t seed) {
    r->state = seed * 0x9e3779b97f4a7c15 +
               0x632be59bd9b4e019; /* neighbouring seeds shall not look alike */
    if (r->state == 0)
        r->state = 1;
    for (int i = 0; i < 8; i++)
        random_next(r);
}

uint64_t random_next(struct random *r) {
    r->state ^= r->state >> 12;
    r->state ^= r->state << 25;
    r->state ^= r->state >> 27;
    return r->state * 0x2545f4914f6cdd1d;
}

uint32_t random_below(struct random *r, uint32_t n) {
    return (uint32_t)((random_next(r) >> 32) * n >> 32);
}

uint64_t random_value(struct random *r) {
    uint64_t power = (uint64_t)1 << random_below(r, 64);
    switch (random_below(r, 8)) {
    case 0:
        return power;
    case 1:
        return power - 1;
    case 2:
        return power + 1;
    case 3:
        return 0 - power;
    case 4:
        return random_below(r, 20);
    case 5:
        return (uint64_t)0 - random_below(r, 20);
    case 6:
        return (uint64_t)(int64_t)(int32_t)random_next(r);
    default:
        return random_next(r);
    }
}
