/* SPDX-License-Identifier: MIT */
/* arrivals.c -- see arrivals.h. */
#include "arrivals.h"

#include "machine/cpu/x86.h"
#include "wrapped.h"

static uint64_t longest;

bool __wrap_net_came(void *queue) {
    uint64_t began = rdtsc();
    bool mine = __real_net_came(queue);
    uint64_t took = rdtsc() - began;
    longest = took > longest ? took : longest;
    return mine;
}

uint64_t arrivals_longest(void) {
    uint64_t was = longest;
    longest = 0;
    return was;
}
