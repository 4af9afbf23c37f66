/* SPDX-License-Identifier: MIT */
/* exact.h -- can the timer be told to come at an instruction? */
#ifndef TESTS_EXACT_H
#define TESTS_EXACT_H

#include <stdbool.h>

/* Whether there is a timer, and the clock counts instructions, each a nanosecond. */
bool clock_is_exact(void);

#endif
