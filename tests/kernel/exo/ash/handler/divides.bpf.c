/* SPDX-License-Identifier: MIT */
/* divides.bpf.c -- takes nearly as long as a handler may, by the instructions that take longest. */
#include "exo/ash.h"

unsigned long ash(uint8_t *frame, uint64_t bytes, uint8_t *region, uint64_t from) {
    uint64_t seed = frame[20] + from;
    for (uint64_t i = 1; i < 290; i++) {
        seed = (seed + 1) / (i + bytes);
        seed += bytes % (seed + i);
        seed += from / (seed + i);
    }
    *(uint64_t *)region = seed;
    ((uint64_t *)region)[2]++; /* TELLS_RUNS */
    return bytes != 0;
}
