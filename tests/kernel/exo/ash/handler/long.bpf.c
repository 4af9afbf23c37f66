/* SPDX-License-Identifier: MIT */
/* long.bpf.c -- ends, but not soon. */
#include "exo/ash.h"

unsigned long ash(uint8_t *frame, uint64_t bytes, uint8_t *region, uint64_t from) {
    uint64_t seed = frame[20] + from;
    for (unsigned i = 0; i < 3000; i++)
        seed = seed * 31 + i;
    *(uint64_t *)region = seed;
    return bytes != 0;
}
