/* SPDX-License-Identifier: MIT */
/* workload.h -- what the programs do, the same on each system. */
#ifndef EXPERIMENTS_ABSTRACTION_WORKLOAD_H
#define EXPERIMENTS_ABSTRACTION_WORKLOAD_H

#include <stdint.h>

enum {
    GC_PAGES = 256,
    GC_EVERY = 4, /* which of them are written */

    SCAN_FRAMES = 64,
    SCAN_PAGES = 96,
    SCAN_PASSES = 10,

    DATABASE_FRAMES = 96,
    DATABASE_INDEX = 64,  /* pages of the index, then the table's */
    DATABASE_PAGES = 256, /* of both */
    DATABASE_ROUNDS = 20,
    DATABASE_LOOKUPS = 100, /* in a round, and then so many pages of the table in order */
    DATABASE_SCAN = 48,
};

/* Of the look-ups, the pages: a linear congruence of full period, whose low bits are left out. */
static inline unsigned database_next(uint32_t *state) {
    *state = *state * 1664525u + 1013904223u;
    return (*state >> 16) % DATABASE_INDEX;
}

#endif
