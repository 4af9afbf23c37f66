/* SPDX-License-Identifier: MIT */
/* wall_clock.h -- the time of the day: read from the PC's clock once, at boot, and counted on by
 * the TSC. */
#ifndef MACHINE_WALL_CLOCK_H
#define MACHINE_WALL_CLOCK_H

#include <stdint.h>

/* Before quiet_init, which stops the clock in a virtual machine; says so where there is none. */
void wall_clock_init(void);

/* Nanoseconds since the beginning of 1970, UTC; 0: unknown, as the machine has no clock that tells
 * a time, or a TSC of unknown rate. */
uint64_t wall_clock_ns(void);

#endif
