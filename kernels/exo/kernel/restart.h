/* SPDX-License-Identifier: MIT */
/* restart.h -- quick calls whose number says what is to become of a page fault at a buffer of
 * theirs (EXO_PROPAGATE, EXO_KILL). They come as frame calls do, with all registers kept, so that
 * nobody else pays for it.
 *
 * A call that gives -E_FAULT has done nothing: that is what lets it begin again, with arguments
 * and memory as they are then. */
#ifndef EXO_KERNEL_RESTART_H
#define EXO_KERNEL_RESTART_H

#include "machine/trap/trap.h"

typedef long restart_fn(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f);

/* Makes the call in f, whose number has EXO_PROPAGATE or EXO_KILL as `how` says, by fn. */
void restart_call(struct trap_frame *f, restart_fn *fn, uint64_t how);

#endif
