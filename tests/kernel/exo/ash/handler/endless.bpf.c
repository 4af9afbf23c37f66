/* SPDX-License-Identifier: MIT */
/* endless.bpf.c -- waits for its region to change, which nobody does meanwhile. */
#include "exo/ash.h"

unsigned long ash(uint8_t *frame, uint64_t bytes, uint8_t *region, uint64_t from) {
    volatile uint64_t *word = (volatile uint64_t *)region;
    while (!*word)
        continue;
    return frame[20] + bytes + from != 0;
}
