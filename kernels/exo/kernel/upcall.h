/* SPDX-License-Identifier: MIT */
/* upcall.h -- a trap of an environment is the environment's business: the kernel notes it in the
 * u-area (struct exo_trap) and goes on at the trap entry, in user mode. The environment resumes
 * itself, without the kernel. (Aegis: Engler, Kaashoek, O'Toole, SOSP '95.)
 *
 *   upcall_page, upcall_invalid... (upcall_gate.S): the way of nearly all
 *   trap_in_env (trap.c) -> upcall_deliver (upcall.c): the complete one, for every trap */
#ifndef EXO_KERNEL_UPCALL_H
#define EXO_KERNEL_UPCALL_H

#include "exo/kernel/env/env.h"

/* Points the gates of traps that environments take at the fast entries. */
void upcall_init(void);

/* Turns f into the upcall. False, with f as it was: there is no entry, or no room on the stack that
 * is in use for a trap within a handler. address is a page fault's, else 0. */
bool upcall_deliver(const struct env *e, struct trap_frame *f, uint64_t address);

#endif
