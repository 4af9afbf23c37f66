/* SPDX-License-Identifier: MIT */
/* clock.h -- time, in ticks of the TSC. */
#ifndef EXO_LIBOS_TIME_CLOCK_H
#define EXO_LIBOS_TIME_CLOCK_H

#include "exo/libos/exposed.h"

static inline uint64_t clock_now(void) {
    return __builtin_ia32_rdtsc();
}

/* How many are so many nanoseconds: at least one, but for 0. */
static inline uint64_t clock_ticks(uint64_t ns) {
    uint64_t hz = env_info()->tsc_hz, seconds = ns / 1000000000, rest = ns % 1000000000;
    return seconds * hz + (rest * hz + 999999999) / 1000000000;
}

/* And how many nanoseconds so many ticks are. */
static inline uint64_t clock_ns(uint64_t ticks) {
    uint64_t hz = env_info()->tsc_hz;
    return ticks / hz * 1000000000 + ticks % hz * 1000000000 / hz;
}

#endif
