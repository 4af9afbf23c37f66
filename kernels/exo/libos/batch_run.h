/* SPDX-License-Identifier: MIT */
/* batch_run.h -- several calls in one (exo_batch), until all are made. */
#ifndef EXO_LIBOS_BATCH_RUN_H
#define EXO_LIBOS_BATCH_RUN_H

#include "exo/libos/stubs.h"

/* Makes the calls of v in order, up to the first that gives an error. How many were made without
 * one: where that is not `count`, v[that].result has the error. */
static inline uint64_t batch_run(struct exo_batch *v, uint64_t count) {
    uint64_t done = 0;
    for (uint64_t i = 0; i < count; i++)
        v[i].result = 0;
    while (done < count && v[done].result >= 0) { /* a batch also ends when it took long enough */
        long some = exo_batch(v, count, done);
        if (some < 0)
            v[done].result = some;
        else
            done += (uint64_t)some;
    }
    return done;
}

#endif
