/* SPDX-License-Identifier: MIT */
/* syscall.h -- the system call's way in:
 *
 *   syscall_entry (syscall_entry.S) -> syscall_quick[] -> sys_console_write (console.c)
 *                                  \-> syscall_frame (syscall.c) -> sys_env_yield (env.c) */
#ifndef EXO_KERNEL_SYSCALL_H
#define EXO_KERNEL_SYSCALL_H

#include "machine/trap/trap.h"

void syscall_entry(void); /* syscall_entry.S */

/* The quick calls by number: syscall_entry jumps through this table; a function takes as many of
 * the six registers as it names. */
extern void (*const syscall_quick[])(void);

/* The call in f is none of the quick ones. */
void syscall_frame(struct trap_frame *f);

#endif
