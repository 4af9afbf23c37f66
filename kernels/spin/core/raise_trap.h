/* SPDX-License-Identifier: MIT */
/* raise_trap.h -- the net of a raise in the kernel: a trap of a handler in it ends the raise, and
 * no more (net_shared.h). For the dispatcher. */
#ifndef SPIN_CORE_RAISE_TRAP_H
#define SPIN_CORE_RAISE_TRAP_H

struct net_shared;

/* What the words of a thread that are the kernel's own are for (machine/cpu/current.h): how its
 * last raise ended, what verified code has caught of that, and whom it acts for
 * (services/security). */
enum { THREAD_OWN_EVENT, THREAD_OWN_EXCEPTION, THREAD_OWN_CAUGHT, THREAD_OWN_SUBJECT };

void raise_trap_init(void);

/* Opens the net of a raise of this thread. */
void raise_net_begins(struct net_shared *net);
/* It has landed: what its handler had begun is over. */
void raise_net_landed(struct net_shared *net);

#endif
