/* SPDX-License-Identifier: MIT */
/* remembers.bpf.c -- counts in a variable of its own, which is nowhere once it is loaded. */
#include "exo/ash.h"

static volatile uint64_t count;

unsigned long ash(uint8_t *frame, uint64_t bytes, uint8_t *region, uint64_t from) {
    count += frame[20] + bytes + from;
    *(uint64_t *)region = count;
    return 1;
}
