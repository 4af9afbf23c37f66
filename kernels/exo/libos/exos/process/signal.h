/* SPDX-License-Identifier: MIT */
/* signal.h -- signals. Who sends one notes it in the table of processes; it comes when its receiver
 * is given the processor: in the beginning of a slice, at the return of a yield, at the end of what
 * the library may not be disturbed in. The handler is a call on the stack in use, and its return is
 * one, too. */
#ifndef EXO_LIBOS_EXOS_PROCESS_SIGNAL_H
#define EXO_LIBOS_EXOS_PROCESS_SIGNAL_H

#include <stdint.h>

#include "exo/libos/exos/process/signal_numbers.h"
#include "exo/libos/slice_hooks.h"

/* at: the registers that were interrupted, which it may change; null where it was a yield. */
typedef void exos_handler(unsigned signal, struct slice_registers *at);
#define EXOS_DEFAULT ((exos_handler *)0)
#define EXOS_IGNORE  ((exos_handler *)1)

struct exos_action {
    exos_handler *fn;
    uint64_t masked; /* signals that wait while it runs, beside its own */
    unsigned flags;
};
#define EXOS_RESTART 1 /* a wait that it interrupts is taken up again */
#define EXOS_ONCE    2 /* and then the default action again */

/* What is to happen at a signal; before: null, or where it is put what happened so far.
 * -E_INVALID: no signal, or one whose action is fixed. */
long exos_sigaction(unsigned signal, const struct exos_action *action, struct exos_action *before);

/* Signals that wait from now on; gives those that did so far. */
uint64_t exos_sigmask(uint64_t masked);
/* Those that were sent and wait. */
uint64_t exos_sigpending(void);
/* With this mask until a handler has run: -E_INTERRUPTED. */
long exos_sigsuspend(uint64_t masked);

/* Sends a signal (0: none) to a process; to this one's group, 0; to another group, -group.
 * -E_NOT_FOUND: there is no such process; -E_INVALID: no signal. */
long exos_signal(long pid, unsigned signal);

/* The group of a process (0: this one). -E_NOT_FOUND. */
long exos_getpgid(uint64_t pid);
/* It is in that group from now on; 0: in one of its own. -E_NOT_FOUND: neither this process nor a
 * child of it; -E_PERM: there is no such group. */
long exos_setpgid(uint64_t pid, uint64_t group);

/* For the library: signals wait until as many releases as holds. */
void signals_hold(void);
void signals_release(void);

/* The signal that a trap is by its vector. */
unsigned signal_of_vector(uint64_t vector);
void signal_begin(void);

#endif
