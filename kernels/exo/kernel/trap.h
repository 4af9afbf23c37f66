/* SPDX-License-Identifier: MIT */
/* trap.h -- what becomes of a trap in an environment: its upcall, or its end. */
#ifndef EXO_KERNEL_TRAP_H
#define EXO_KERNEL_TRAP_H

void trap_init(void);

#endif
