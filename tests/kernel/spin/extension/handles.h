/* SPDX-License-Identifier: MIT */
/* handles.h -- the types of programs that handle and guard the event Test.Verified, as their kind
 * wants them. */
#ifndef TESTS_HANDLES_H
#define TESTS_HANDLES_H

struct handles {
    unsigned long wanted, count;
};

typedef _Bool handles_guard(const struct handles *closure, long a, int b);
typedef long handles_handler(struct handles *closure, long a, int b);

#include "spin/core/event.h"

EVENT_DECLARE(test_inner, long, (long a, int b));

/* The number, if it is not above 5; a caller that asks for another is ended. */
long handles_check(long number);
/* Comes back when somebody lets it, where somebody wants it to wait. */
long handles_wait(void);

/* A reference that may be revoked, or null; and what is done by it, which ends a caller whose
 * reference is. */
struct proxy;
struct proxy *handles_reference(void);
long handles_reach(struct proxy *reference);

/* Counts for DEAR_COST instructions. */
long handles_dear(void);
#define DEAR_COST 1000

#endif
