/* SPDX-License-Identifier: MIT */
/* clock.h -- the clocks by name, as the protocol has them. */
#ifndef HARNESS_CLOCK_H
#define HARNESS_CLOCK_H

#include <stdbool.h>

#include "measure/clock.h"

const char *clock_name(enum clock c); /* "icount" */
const char *clock_unit(enum clock c); /* "instructions" */
bool clock_exact(enum clock c);
bool clock_is_size(enum clock c); /* no time: its rows are sizes or counts, in clock_unit(c) */
bool clock_find(const char *name, enum clock *c);

#endif
