/* SPDX-License-Identifier: MIT */
/* user_program.h -- the floor's program in ring 3, for what must be timed from there. */
#ifndef FLOOR_USER_PROGRAM_H
#define FLOOR_USER_PROGRAM_H

#include "floor/abi.h"
#include "measure/session.h"

/* How a phase ended. */
#define USER_PROGRAM_DONE   0
#define USER_PROGRAM_KILLED 1

/* From now on a trap of the program that nobody handles ends its phase, with a `fault` record. */
void user_program_init(void);

/* Starts the program afresh for one phase (rdi of its entry), with the number of its first row
 * (rsi) and what the machine was told (rdx, on its stack; cut at 2000 bytes). False when a trap
 * killed it. */
bool user_program_run(enum session_phase phase, unsigned first_row, const char *words);

/* Called by assembly's addresses only: where `syscall` and BARE_VECTOR lead (syscall_entry.S). */
void syscall_bare(void);
void syscall_null(void);
void syscall_cross(void);
void trap_bare(void);

#endif
