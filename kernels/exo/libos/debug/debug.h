/* SPDX-License-Identifier: MIT */
/* debug.h -- another process of this ExOS, seen and changed from outside: the capability that both
 * have opens its environment, and the kernel has no calls for this. A clone of it, which has its
 * address space, reads its page tables; what these say is mapped here. */
#ifndef EXO_LIBOS_DEBUG_DEBUG_H
#define EXO_LIBOS_DEBUG_DEBUG_H

#include <stddef.h>
#include <stdint.h>

#include "exo/libos/slice_hooks.h"

struct debugged {
    uint64_t pid, env;
    uint64_t agent; /* the clone */
};

/* From now on a trap of this process makes it stand still. -E_NOT_FOUND; the kernel's errors. */
long debug_attach(struct debugged *d, uint64_t pid);
/* It goes on without a debugger. */
void debug_detach(struct debugged *d);

/* Makes it stand still. */
long debug_stop(const struct debugged *d);
/* Gives it the processor until it stands still: by which signal. -E_DEAD: it has ended. */
long debug_wait(const struct debugged *d);
/* It goes on, with the registers that are there. */
void debug_continue(const struct debugged *d);

/* Of what it has mapped. 0; -E_FAULT: not all is; the kernel's errors. What nobody may write is
 * copied for it before it is written. */
long debug_read(const struct debugged *d, uint64_t at, void *into, size_t bytes);
long debug_write(const struct debugged *d, uint64_t at, const void *from, size_t bytes);

/* The registers of one that stands still; *rsp: its stack. -E_AGAIN: it stands in a call. */
long debug_registers(const struct debugged *d, struct slice_registers *r, uint64_t *rsp);
long debug_set_registers(const struct debugged *d, const struct slice_registers *r);

#endif
