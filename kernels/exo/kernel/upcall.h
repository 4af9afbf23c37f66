/* SPDX-License-Identifier: MIT */
/* upcall.h -- a trap of an environment is the environment's business: the kernel puts what it knows
 * of it on the upcall stack (struct exo_upcall) and goes on at the upcall entry, in user mode. The
 * environment resumes itself, without the kernel. (Aegis: Engler, Kaashoek, O'Toole, SOSP '95.) */
#ifndef EXO_KERNEL_UPCALL_H
#define EXO_KERNEL_UPCALL_H

#include "exo/kernel/env.h"

/* Turns f into the upcall. False, with f as it was: there is no entry, or the frame finds no room
 * on the stack. address is a page fault's, else 0. */
bool upcall_deliver(const struct env *e, struct trap_frame *f, uint64_t address);

long sys_upcall_set(uint64_t entry, uint64_t stack, uint64_t stack_len);

#endif
