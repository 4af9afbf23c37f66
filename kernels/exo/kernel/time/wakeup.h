/* SPDX-License-Identifier: MIT */
/* wakeup.h -- environments' wakeup predicates. The scheduler asks a sleeper's when a position of
 * its own comes up (slice.c), in place of the slice, so nobody else pays.
 *
 *   slice_next (slice.c) -> predicate_wakes (wakeup.c) -> predicate_evaluate (predicate.c) */
#ifndef EXO_KERNEL_WAKEUP_H
#define EXO_KERNEL_WAKEUP_H

#include "exo/kernel/env/env.h"
#include "exo/kernel/env/predicate.h"

/* Asks a sleeper's. True: it is awake, and its u-area has the tag. */
bool predicate_wakes(struct env *e);

long sys_predicate_set(uint64_t code, uint64_t bytes, uint64_t variables, uint64_t count,
                       uint64_t how, uint64_t text);

#endif
