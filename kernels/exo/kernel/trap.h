/* SPDX-License-Identifier: MIT */
/* trap.h -- what becomes of a trap in an environment: its upcall, or its end. */
#ifndef EXO_KERNEL_TRAP_H
#define EXO_KERNEL_TRAP_H

#include "machine/trap/trap.h"

void trap_init(void);

/* f is the trap of the current environment; of a page fault `address` is the place, else 0. f
 * becomes its upcall, or its end. */
void trap_tell(struct trap_frame *f, uint64_t address);
/* It ends the environment. */
void trap_kill(struct trap_frame *f, uint64_t address);

#endif
