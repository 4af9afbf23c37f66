/* SPDX-License-Identifier: MIT */
/* exos.h -- ExOS: processes made of environments. A program that calls exos_begin() is one; what
 * follows are procedures of its own, and the kernel knows of none of them. A result below 0 is
 * -E_SOMETHING of lib/error.h. */
#ifndef EXO_LIBOS_EXOS_EXOS_H
#define EXO_LIBOS_EXOS_EXOS_H

#include <stdint.h>

#include "exo/libos/upcall/upcall_handle.h"

/* This environment is a process: the one that exos_exec made it for, or the first of an ExOS of its
 * own, with a process table. Its traps have a handler. It is to have in slot 0 the capability that
 * its pages belong to. 0, or the kernel's error. */
long exos_begin(void);

/* Traps that are not ExOS' own go to fn; null: they end the process. */
void exos_on_trap(upcall_fn *fn);

uint64_t exos_getpid(void);
/* 0: it has ended. */
uint64_t exos_getppid(void);

/* The environment that a process is; 0: there is none with this pid. */
uint64_t exos_env(uint64_t pid);

/* Frames that the kernel may use for a child and, out of those, for its own children; but no more
 * than half of what this process has left. */
extern uint64_t exos_kernel_share;
/* With which children are made: EXO_FAULT_EXPECTED where a test provokes their faults. */
extern unsigned exos_env_flags;

/* A second process that goes on from here with all that this one has: 0 in the new one, its pid in
 * this. -E_FULL: no more processes; -E_BUSY: within a handler of traps; the kernel's errors, and
 * nothing has changed. */
long exos_fork(void);

/* The same, but the child has this very memory, and this process goes on when it ends (exos_exit):
 * the child may not return from the function that called this. It cannot be killed alone. -E_FULL;
 * -E_BUSY: this process is such a child. */
long exos_vfork(void) __attribute__((returns_twice));

/* What exos_at_exit() was given is done, last first; then the process ends. The second does nothing
 * but end; a child by exos_vfork always ends so. */
_Noreturn void exos_exit(uint64_t status);
_Noreturn void exos_exit_now(uint64_t status);
struct exos_at_exit {
    void (*fn)(struct exos_at_exit *self);
    struct exos_at_exit *next; /* ExOS' */
};
void exos_at_exit(struct exos_at_exit *h);

/* How a process ended. */
struct exos_end {
    uint64_t status; /* it said so; or the vector of the trap that killed it */
    unsigned signal; /* that ended it; 0: none did. Or by which it stands still */
    bool killed, stands;
};
/* The pid of a child that has ended; gives it the processor until one has. -E_NOT_FOUND: there is
 * no child; -E_INTERRUPTED: a signal came first. */
long exos_wait(struct exos_end *end);
/* The same of one child, of all (-1), of those in this process's group (0) or in another (-group).
 * how: to give 0 where none has ended; also of one that stands still, once each time. */
#define EXOS_AT_ONCE 1
#define EXOS_STOPPED 2
long exos_waitpid(long pid, struct exos_end *end, unsigned how);

/* Ends the process. -E_NOT_FOUND: there is none. */
long exos_kill(uint64_t pid);

/* This process goes on as the program of this name, or as the interpreter that a script's first
 * line names, with these strings; its program_main() is given how many argv has and where they are,
 * with envp behind their null. It keeps pid, group, parent, alarm, signals masked, ignored and
 * pending, and what hooks_exec() hands on. Returns only an error, and nothing has changed. */
long exos_exec(const char *name, const char *const argv[], const char *const envp[]);

/* SIGALRM comes after so many nanoseconds, and then each time after so many again; 0: no more.
 * -E_NOT_FOUND: the machine has no clock of known rate. */
long exos_alarm(uint64_t after, uint64_t again);

/* The base of fs from now on, for children too. 0; -E_INVALID: no user's address. */
long exos_set_fs(uint64_t base);

/* Does nothing for so long. 0; -E_INTERRUPTED: a signal came first; -E_NOT_FOUND: the machine has
 * no clock of known rate. */
long exos_sleep(uint64_t ns);

/* `pages` pages of zeroes from `at` on, which take no frame until they are touched; what was there
 * is gone. bits: EXO_WRITE, EXO_NO_EXEC. 0, or the kernel's error. */
long exos_map_zero(uint64_t at, uint64_t pages, uint64_t bits);
/* Nothing is there any more. */
long exos_unmap(uint64_t at, uint64_t pages);

#endif
