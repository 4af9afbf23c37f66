/* SPDX-License-Identifier: MIT */
/* frames.h -- what needs page frames is given fewer than it needs, for each number of them. */
#ifndef TESTS_FRAMES_H
#define TESTS_FRAMES_H

#include "measure/bench.h"

/* Calls create() with no frame of RAM left, with one, with two, ... until it gives 0; then it has
 * given back all it took. Each time before it must give -E_NO_MEMORY, and all frames that were free
 * before the call must be free after it. */
void frames_fail_each(struct check *c, int (*create)(void));

#endif
