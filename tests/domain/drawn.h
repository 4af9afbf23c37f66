/* SPDX-License-Identifier: MIT */
/* drawn.h -- pairs of numbers that several views know something about, drawn by seed. Sets of at
 * most 16 numbers. */
#ifndef DOMAIN_DRAWN_H
#define DOMAIN_DRAWN_H

#include "step.h"

#define DRAWN_BLOCK (1u << 17) /* pairs that one seed gives */

void drawn_init(void);
/* Every step, and in the end scalar_settle, on a block's pairs: a tally each. Gives the step that
 * failed, or -1. */
int drawn_try(uint64_t block, struct tally tally[STEPS_MOST]);

#endif
