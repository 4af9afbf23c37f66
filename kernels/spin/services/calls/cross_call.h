/* SPDX-License-Identifier: MIT */
/* cross_call.h -- calls from one process into another and back (the cross-address space call of
 * Bershad et al., SOSP '95, table 2). A process serves under a name, and waits; each call begins at
 * the entry that it registered, on the stack that it had then, with three numbers of the caller's
 * and nothing else of it:
 *
 *     spin_serve("sum", entry)        never comes back; its calls end with spin_reply(result)
 *     spin_call(spin_connect("sum"), a, b, c)
 *
 * The processor goes from one to the other and back without a choice of the scheduler. One call at
 * a time; others wait. Any process may serve under a free name, and call any name. A circle of
 * calls waits until somebody ends one of its processes. */
#ifndef SPIN_SERVICES_CROSS_CALL_H
#define SPIN_SERVICES_CROSS_CALL_H

#include "machine/types.h"

#define CROSS_NAME_MAX     32 /* bytes, the NUL included */
#define CROSS_SERVICES_MAX 16

/* The current process serves from now on, and waits for the first call. Only in case of an error
 * does its system call come back: -E_EXISTS: the name is taken, or it serves already; -E_INVALID:
 * the entry is no address of user space, or the caller another thread than runs the process;
 * -E_FULL; -E_NO_MEMORY; -E_BUSY: the wait was ended. */
long cross_serve(const char *name, vaddr_t entry);
/* For calls to the service of this name: a number that is no other service's, ever; or
 * -E_NOT_FOUND. */
long cross_connect(const char *name);
/* What the service replies. -E_NOT_FOUND: there is none of this number, or not any more;
 * -E_INVALID: it is the current process's own; -E_DEAD: its process ended in the call; -E_BUSY: the
 * wait was ended. */
long cross_call(uint64_t number, const uint64_t argument[3]);
/* The call that the current process was entered by has this result, and the next one is waited for.
 * It comes back like cross_serve; -E_INVALID: the process does not serve, or by another thread. */
long cross_reply(uint64_t result);

#endif
