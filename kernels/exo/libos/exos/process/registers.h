/* SPDX-License-Identifier: MIT */
/* registers.h -- what a child has of its parent's processor beside the registers that a call keeps:
 * the base of fs and, of a program that keeps vectors, how floating point rounds and what traps. */
#ifndef EXO_LIBOS_EXOS_PROCESS_REGISTERS_H
#define EXO_LIBOS_EXOS_PROCESS_REGISTERS_H

/* In the parent, before memory is copied; in the child, where it begins. */
void registers_note(void);
void registers_take(void);

#endif
