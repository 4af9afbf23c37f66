/* SPDX-License-Identifier: MIT */
/* sum.h -- a wakeup predicate that several parts of the library make together: each adds its own
 * products to the sum, and whichever holds ends the sleep. */
#ifndef EXO_LIBOS_EXOS_SUM_H
#define EXO_LIBOS_EXOS_SUM_H

#include <stdbool.h>
#include <stdint.h>

#include "exo/libos/exposed.h"
#include "exo/libos/time/sleep.h"

#define SUM_TERMS 160

struct sum {
    struct term term[SUM_TERMS];
    struct exo_variable variable[EXO_VARIABLES];
    unsigned terms, variables;
    bool full; /* something found no room: the sum lacks it */
};

/* The number of the variable that is the word at `at`, which this process may read by the
 * capability in slot 0. */
unsigned sum_variable(struct sum *s, const volatile uint64_t *at);

/* One more factor of the product that is being made. */
void sum_term(struct sum *s, enum term_op op, unsigned left, unsigned right, uint64_t value);
/* The product is done: where it holds, this is the tag, which is not 0. */
void sum_end(struct sum *s, uint64_t tag);

/* A product that holds from `when` on, by the TSC. */
static inline void sum_from(struct sum *s, uint64_t when, uint64_t tag) {
    sum_term(s, TERM_GE, sum_variable(s, &env_info()->now), TERM_CONSTANT, when);
    sum_end(s, tag);
}

/* Sleeps until a product holds; its tag is *tag then. 0; -E_FULL: the sum lacks something;
 * -E_AGAIN: this process has no position of the vector of slices, so that nothing would wake it, or
 * another one has none, which would not run; the errors of predicate_sleep. */
long sum_sleep(const struct sum *s, uint64_t *tag);

#endif
