/* SPDX-License-Identifier: MIT */
/* views.h -- all pairs of numbers that are known by one view each. */
#ifndef DOMAIN_VIEWS_H
#define DOMAIN_VIEWS_H

#include "step.h"

void views_init(void);
/* One step on the pairs of each view alone: on all whose one number is an `each`-th of the view,
 * with 1 on all. */
bool views_try(const struct step *step, unsigned each, struct tally *tally);
/* scalar_settle on every number of one view, and on every two of different views put together. */
bool views_try_settle(struct tally *tally);
/* scalar_constant, scalar_range, scalar_signed_range and scalar_of_width: exact, whatever they are
 * asked for. */
bool views_try_made(struct tally *tally);

#endif
