/* SPDX-License-Identifier: MIT */
/* clock.h -- time, in ticks of the TSC. */
#ifndef EXO_LIBOS_EXOS_PROCESS_CLOCK_H
#define EXO_LIBOS_EXOS_PROCESS_CLOCK_H

#include "exo/libos/exos/process/sum.h"
#include "exo/libos/exposed.h"

static inline uint64_t clock_now(void) {
    return __builtin_ia32_rdtsc();
}

/* How many are so many nanoseconds: at least one, but for 0. */
static inline uint64_t clock_ticks(uint64_t ns) {
    uint64_t hz = env_info()->tsc_hz, seconds = ns / 1000000000, rest = ns % 1000000000;
    return seconds * hz + (rest * hz + 999999999) / 1000000000;
}

/* A product that holds from `when` on. */
static inline void clock_wakes(struct sum *s, uint64_t when, uint64_t tag) {
    sum_term(s, TERM_GE, sum_variable(s, &env_info()->now), TERM_CONSTANT, when);
    sum_end(s, tag);
}

#endif
