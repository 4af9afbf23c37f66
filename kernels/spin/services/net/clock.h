/* SPDX-License-Identifier: MIT */
/* clock.h -- the time in nanoseconds, without a division. */
#ifndef SPIN_SERVICES_NET_CLOCK_H
#define SPIN_SERVICES_NET_CLOCK_H

#include "machine/cpu/x86.h"

extern uint64_t net_tick; /* nanoseconds of a tick of the TSC, times 2^32; 0: nobody knows */

static inline unsigned long net_clock(void) {
    return (unsigned long)((unsigned __int128)rdtsc() * net_tick >> 32);
}

#endif
