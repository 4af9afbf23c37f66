/* SPDX-License-Identifier: MIT */
/* timer.h -- this environment's timer: a function that is called when it is due, within a slice of
 * its own, at any instruction; one that came due meanwhile is told of before the slice's first
 * instruction. */
#ifndef EXO_LIBOS_TIMER_H
#define EXO_LIBOS_TIMER_H

#include <stdint.h>

/* The timer comes when the TSC is `at`, and calls fn, which may set it anew. Slices' ends are to be
 * handled (slice_handle). */
void timer_set(uint64_t at, void (*fn)(void));

#endif
