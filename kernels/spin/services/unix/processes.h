/* SPDX-License-Identifier: MIT */
/* processes.h -- processes of the Unix model: each has a number, a parent that waits for it, and an
 * vmspace. A process that ends gives its memory back at once and its number when its parent
 * has waited for it; whose parent has ended is the kernel's. All calls are made by a process's own
 * thread in a system call, but for the first. */
#ifndef SPIN_SERVICES_UNIX_PROCESSES_H
#define SPIN_SERVICES_UNIX_PROCESSES_H

#include "spin/services/vmspace/vmspace.h"
#include "spin/services/vmspace/vmspace_model.h"

#define UNIX_PROCESSES_MAX 64

extern struct vmspace_model unix_model; /* calls.c */

/* Runs the program, whose memory is gone then, as the first process, and waits for its end. Those
 * that it has left behind are ended then. One at a time. Its number, or -E_NO_MEMORY; -E_BUSY: the
 * caller was alerted, and everything is ended. */
long unix_first(struct vmspace *vm, struct process_end *end);

/* A process that goes on where this one's frame does, with 0 in rax. Its number; -E_FULL: there are
 * UNIX_PROCESSES_MAX; -E_NO_MEMORY; -E_BUSY: the caller was killed meanwhile. */
long unix_fork(const struct trap_frame *f);
/* The caller's program is this one from now on. Comes back with an error only, of
 * vmspace_load(), and nothing has changed. */
long unix_exec(const char *program, uint64_t a, const char *words);
/* Waits until a child has ended, and forgets it. Its number; -E_NOT_FOUND: there is none;
 * -E_BUSY: the wait was ended. */
long unix_wait(struct process_end *end);
/* Ends a process that descends from the caller, wherever it is, or the caller itself. 0 or -E_PERM:
 * there is no such. */
long unix_kill(uint64_t pid);
long unix_getpid(void);
/* The address at which the caller finds a file, and its length; or vmspace_map()'s errors. */
long unix_map(const char *file, bool write, uint64_t *bytes);

#endif
