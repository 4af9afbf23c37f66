/* SPDX-License-Identifier: MIT */
/* raise_trap.h -- the net of a raise in the kernel: a trap of a handler in it ends the raise, and
 * no more (net_shared.h). For the dispatcher. */
#ifndef SPIN_CORE_RAISE_TRAP_H
#define SPIN_CORE_RAISE_TRAP_H

struct net_shared;

void raise_trap_init(void);

/* Opens the net of a raise of this thread. */
void raise_net_begins(struct net_shared *net);
/* It has landed: what its handler had begun is over. */
void raise_net_landed(struct net_shared *net);

#endif
