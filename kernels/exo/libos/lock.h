/* SPDX-License-Identifier: MIT */
/* lock.h -- a lock in memory that environments share. Its holder is an environment, of which the
 * kernel says whether it is still there: whoever finds a dead one's lock has it. */
#ifndef EXO_LIBOS_LOCK_H
#define EXO_LIBOS_LOCK_H

#include <stdbool.h>
#include <stdint.h>

/* I: 0, or the id of the environment that holds it. */
struct lock {
    uint64_t holder;
};

/* Waits until it is this environment's. True: it was a dead one's, who may have left what it guards
 * half changed. Not again by its holder. */
bool lock_take(struct lock *l);
void lock_give(struct lock *l);

#endif
