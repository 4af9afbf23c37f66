/* SPDX-License-Identifier: MIT */
/* condition.h -- what a guard asks, where that is known: a verified one that is a conjunction of
 * comparisons (engine/guard_form.h). It can be asked by a few instructions in place of a call, and
 * its handler be found by the number that it wants. What the guard reads of its closure and was
 * declared constant is a constant of the condition. */
#ifndef SPIN_DISPATCH_CONDITION_H
#define SPIN_DISPATCH_CONDITION_H

#include "engine/conjunct.h"
#include "engine/hooks.h"

struct image;
struct guard_known;

/* Holds if all conjuncts do, asked in their order; their arguments are the procedure's, with the
 * closure, if there is one, the first. */
struct condition {
    uint32_t count;
    struct conjunct conjunct[];
};

/* What the program asks, with a closure of which so much is constant, or without one (null). Null:
 * it is not known, or there is no memory for it; then the guard is called. */
struct condition *condition_find(const struct hooks *hooks, const struct image *guard,
                                 const struct guard_known *closure);
/* Null is allowed. */
void condition_free(const struct hooks *hooks, struct condition *condition);

#endif
