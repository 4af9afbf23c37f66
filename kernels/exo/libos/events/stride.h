/* SPDX-License-Identifier: MIT */
/* stride.h -- a stride scheduler (Waldspurger, Weihl, MIT/LCS/TM-528): each of an environment's
 * slices goes to the worker whose pass is least, by a directed yield. Workers own no position. */
#ifndef EXO_LIBOS_STRIDE_H
#define EXO_LIBOS_STRIDE_H

#include "exo/libos/events/worker.h"

struct stride {
    struct worker worker;
    uint32_t tickets; /* its share of all */
    uint64_t pass;
    uint64_t slices; /* that it was given */
    struct stride *next;
};

#define STRIDE_TICKETS 1024 /* at most, and not 0 */

/* s->worker, which can run, takes part from now on with s->tickets. */
void stride_add(struct stride *s);
/* Gives what is left of this slice to the next one; returns in a later slice. One that has ended
 * takes part no more. False: there is none. */
bool stride_give(void);
/* By how much the worker that is farthest from its plan is so, per mille of the plan. */
uint64_t stride_error(void);

#endif
