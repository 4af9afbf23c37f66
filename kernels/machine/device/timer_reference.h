/* SPDX-License-Identifier: MIT */
/* timer_reference.h -- clocks of a known rate, against which timer.c measures the others. */
#ifndef MACHINE_TIMER_REFERENCE_H
#define MACHINE_TIMER_REFERENCE_H

#include "machine/types.h"

struct timer_reference {
    const char *name; /* null: the list's end */
    /* Starts the clock. False where this machine has none. */
    bool (*begin)(void);
    /* Waits for about a millisecond since begin(); how many counts went by, 0 where it
     * stands still. */
    uint64_t (*wait)(void);
    uint64_t (*hz)(void); /* its counts a second */
};

/* The best first. */
extern const struct timer_reference timer_references[];

#endif
