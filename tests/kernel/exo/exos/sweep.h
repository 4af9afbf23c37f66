/* SPDX-License-Identifier: MIT */
/* sweep.h -- a slice that ends at the n-th instruction of something, for each n: under icount an
 * instruction takes always the same time, so something that begins an instruction later within its
 * slice is interrupted an instruction earlier. */
#ifndef TESTS_EXO_EXOS_SWEEP_H
#define TESTS_EXO_EXOS_SWEEP_H

#include <stdint.h>

#include "exo/libos/slice_hooks.h"

/* From now on ended() is called when the slice has ended that sweep_delay() was called in, and the
 * next one begins. */
void sweep_begin(void (*ended)(struct slice_registers *at));

/* Returns in a new slice, so that its end comes at the `early`-th instruction after the return. */
void sweep_delay(uint64_t early);

/* Waits until ended() has been called. */
void sweep_wait(void);

#endif
