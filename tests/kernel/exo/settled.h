/* SPDX-License-Identifier: MIT */
/* settled.h -- what a check before this one left: environments that are not freed yet, and slices
 * that positions lose because it was late (calls on the books take longer than a slice). Who counts
 * frames or slices waits until there is none of that. */
#ifndef TESTS_EXO_SETTLED_H
#define TESTS_EXO_SETTLED_H

#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/stubs.h"
#include "exo/libos/yield.h"

/* All positions are this environment's. */
static inline void settle(void) {
    while (frames_await())
        ;
    for (unsigned i = 0; i < EXO_SLOTS; i++)
        while (exposed_slot(i)->forfeited)
            exo_env_yield(0);
}

#endif
