/* SPDX-License-Identifier: MIT */
/* trace.h -- who hears of a process's system calls (Pardyak and Bershad, OSDI '96, figure 1). The
 * event Syscall.Traced is asynchronous: the process goes on, and handlers run later, in a strand of
 * their own. Calls of processes that nobody traces are as they were, to the instruction: nothing is
 * bound to Trap.Syscall. A traced address space is another system to its guards, whose handler
 * raises the event, and then the call once more as the system's that it is. */
#ifndef SPIN_SERVICES_CALLS_TRACE_H
#define SPIN_SERVICES_CALLS_TRACE_H

#include "spin/core/event.h"

/* The number and the first three arguments. Any module may handle it. Of more than TRACE_PENDING
 * that nobody has handled yet the next ones are lost. */
#define TRACE_PENDING 256
EVENT_DECLARE(syscall_traced, void,
              (unsigned long number, unsigned long a, unsigned long b, unsigned long c));

#ifndef __BPF__
#include "spin/core/space/address_space.h"

/* Modules may handle the event from here on. */
void trace_init(void);

/* The calls of this address space are heard of from now on, of whichever thread, but for those that
 * are under way, and those that an extension of its own handles instead; until trace_end. 0;
 * -E_EXISTS: they are already; -E_NO_MEMORY. */
int trace_begin(struct address_space *space);
void trace_end(struct address_space *space);
#endif

#endif
