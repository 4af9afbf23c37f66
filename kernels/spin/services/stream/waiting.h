/* SPDX-License-Identifier: MIT */
/* waiting.h -- segments that wait for the strand of connections, where they lie. With interrupts
 * off. */
#ifndef SPIN_SERVICES_STREAM_WAITING_H
#define SPIN_SERVICES_STREAM_WAITING_H

#include "spin/services/nic/nic_object.h"

/* The strand has this one, too; where so many wait that there is no room it is dropped. */
void waiting_post(struct arrival *a);
extern struct list waiting_strand; /* where the strand waits */

#define WAITING 64 /* a power of two */
extern struct waiting {
    struct arrival *queue[WAITING];
    unsigned long posted, taken;
} waiting;

static inline bool waiting_any(void) {
    return waiting.posted != waiting.taken;
}

/* The first; there is one. */
static inline struct arrival *waiting_next(void) {
    return waiting.queue[waiting.taken++ % WAITING];
}

#endif
