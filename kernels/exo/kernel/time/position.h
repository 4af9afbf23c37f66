/* SPDX-License-Identifier: MIT */
/* position.h -- how long a position's slice may be: what was not used of the last ones is added, up
 * to what it keeps; what its budget has left is the limit. All times are in ns. Nothing here is
 * tied to a machine. */
#ifndef EXO_KERNEL_POSITION_H
#define EXO_KERNEL_POSITION_H

#include <stdbool.h>

#include "exo/abi.h"

/* The budget is used up when no more than this is left. */
#define POSITION_LEAST 1000

/* -E_INVALID: no position, more than can be kept, no period or too long a one, a limit that is
 * longer. */
int position_terms_check(const struct exo_terms *t);
/* From `now` on position i has these terms. */
void position_terms_set(struct exo_slot *all, unsigned i, const struct exo_terms *t, uint64_t now);
/* Whether its slices are other than EXO_SLICE_NS long. */
bool position_has_terms(const struct exo_slot *all, unsigned i);

/* How long the slice of position i may be that begins now; 0: its budget is used up.
 * *by_budget: it is the budget that ends it. */
uint64_t position_length(struct exo_slot *all, unsigned i, uint64_t now, bool *by_budget);
/* It has taken `used` of the `length` that it might. */
void position_end(struct exo_slot *all, unsigned i, uint64_t length, uint64_t used);
/* It was passed over, since its owner sleeps. */
void position_slept(struct exo_slot *all, unsigned i);

#endif
