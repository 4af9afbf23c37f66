/* SPDX-License-Identifier: MIT */
/* user_copy.h -- what a system call is told of in its process's memory, and puts there. Where a
 * page is missing, or may not be written yet, the event of that fault is raised as for an access of
 * the process's own (memory_fault.h), and the copy goes on behind it.
 *
 *     if (copy_in(name, f->rdi, sizeof name)) return -E_FAULT;
 *
 * A handler of a fault may wait, and others run meanwhile: so a call copies first, and looks at
 * what it shares with others then. It holds no lock. */
#ifndef SPIN_SERVICES_USER_COPY_H
#define SPIN_SERVICES_USER_COPY_H

#include "machine/user/user.h"

/* For copy_in, and copy_out, where a page is missing. */
int copy_slowly(vaddr_t at, char *here, size_t n, bool out);

/* As copy_from_user() and its like. -E_FAULT: nobody handles a fault, or who says that it is done
 * has not done it; or the caller may not be preempted. */
static inline int copy_in(void *to, vaddr_t from, size_t n) {
    return copy_from_user(to, from, n) ? copy_slowly(from, to, n, false) : 0;
}

static inline int copy_out(vaddr_t to, const void *from, size_t n) {
    return copy_to_user(to, from, n) ? copy_slowly(to, (char *)(uintptr_t)from, n, true) : 0;
}

long copy_string_in(char *to, vaddr_t from, size_t size);

#endif
