/* SPDX-License-Identifier: MIT */
/* trap_catch.h -- the other end of trap_catch(), for trap.c and panic.c. */
#ifndef MACHINE_TRAP_CATCH_H
#define MACHINE_TRAP_CATCH_H

#include "machine/trap/trap.h"

/* Goes back to the innermost trap_catch with this frame; returns where none is active. */
void trap_caught(const struct trap_frame *f);
bool trap_is_caught(void);
/* Called by trap_entry.S. */
void trap_dispatch(struct trap_frame *f);

#endif
