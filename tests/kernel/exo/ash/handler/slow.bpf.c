/* SPDX-License-Identifier: MIT */
/* slow.bpf.c -- takes nearly as long as a handler may. */
#include "exo/ash.h"

unsigned long ash(uint8_t *frame, uint64_t bytes, uint8_t *region, uint64_t from) {
    uint64_t seed = frame[20] + from;
    for (unsigned i = 0; i < 740; i++)
        seed = seed * 31 + i;
    *(uint64_t *)region = seed;
    ((uint64_t *)region)[2]++; /* TELLS_RUNS */
    return bytes != 0;
}
