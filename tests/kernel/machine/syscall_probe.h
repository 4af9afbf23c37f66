/* SPDX-License-Identifier: MIT */
/* syscall_probe.h -- entries of the `syscall` instruction for the checks of user.c. */
#ifndef TESTS_MACHINE_SYSCALL_PROBE_H
#define TESTS_MACHINE_SYSCALL_PROBE_H

#include "machine/trap/trap.h"

/* Entries for syscall_init: the one goes back at once, the other hands a frame and its own first
 * flags to syscall_probe_take. */
void syscall_probe_return(void);
void syscall_probe_frame(void);
void syscall_probe_take(struct trap_frame *f, uint64_t rflags);

#endif
