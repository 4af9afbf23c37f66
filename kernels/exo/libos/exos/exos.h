/* SPDX-License-Identifier: MIT */
/* exos.h -- ExOS: processes made of environments. A program that calls exos_begin() is one; what
 * follows are procedures of its own, and the kernel knows of none of them. A result below 0 is
 * -E_SOMETHING of lib/error.h. */
#ifndef EXO_LIBOS_EXOS_EXOS_H
#define EXO_LIBOS_EXOS_EXOS_H

#include <stdint.h>

#include "exo/libos/upcall_handle.h"

/* This environment is the first process of an ExOS of its own: a process table, and the handler of
 * its traps. It is to have in slot 0 the capability that its pages belong to. 0, or the kernel's
 * error. */
long exos_begin(void);

/* Traps that are not ExOS' own go to fn; null: they end the process. */
void exos_on_trap(upcall_fn *fn);

uint64_t exos_getpid(void);

/* The environment that a process is; 0: there is none with this pid. */
uint64_t exos_env(uint64_t pid);

/* Frames that the kernel may use for a child and, out of those, for its own children; but no more
 * than half of what this process has left. */
extern uint64_t exos_kernel_share;

/* A second process that goes on from here with all that this one has: 0 in the new one, its pid in
 * this. -E_FULL: no more processes; -E_BUSY: within a handler of traps; the kernel's errors, and
 * nothing has changed. */
long exos_fork(void);

/* The same, but the child has this very memory, and this process goes on when it ends (exos_exit):
 * the child may not return from the function that called this. It cannot be killed alone. -E_FULL;
 * -E_BUSY: this process is such a child. */
long exos_vfork(void) __attribute__((returns_twice));

_Noreturn void exos_exit(uint64_t status);

/* How a process ended. */
struct exos_end {
    uint64_t status; /* it said so; or the vector of the trap that killed it */
    bool killed;
};
/* The pid of a child that has ended; gives it the processor until one has. -E_NOT_FOUND: there is
 * no child. */
long exos_wait(struct exos_end *end);

/* Ends the process. -E_NOT_FOUND: there is none. */
long exos_kill(uint64_t pid);

/* `pages` pages of zeroes from `at` on, which take no frame until they are touched; what was there
 * is gone. bits: EXO_WRITE, EXO_NO_EXEC. 0, or the kernel's error. */
long exos_map_zero(uint64_t at, uint64_t pages, uint64_t bits);
/* Nothing is there any more. */
long exos_unmap(uint64_t at, uint64_t pages);

#endif
