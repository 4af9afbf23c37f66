/* SPDX-License-Identifier: MIT */
/* user_trace.h -- where a user program was: the return addresses its frame pointers lead to. The
 * chain is the program's own word, so it is a hint for a person and never more. */
#ifndef MACHINE_USER_TRACE_H
#define MACHINE_USER_TRACE_H

#include "machine/trap/trap.h"

/* Writes "0x401234<0x401200", innermost first, from a frame of user mode whose address space is
 * loaded; gives the length. Total: any rbp is safe, also one that points into the kernel. */
size_t user_trace(const struct trap_frame *f, char *into, size_t size);

#endif
