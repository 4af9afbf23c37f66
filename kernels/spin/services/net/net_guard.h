/* SPDX-License-Identifier: MIT */
/* net_guard.h -- the guards that are imposed on who has packets (net_guard.bpf.c): for their
 * compiler, and for the kernel that loads them. */
#ifndef SPIN_SERVICES_NET_NET_GUARD_H
#define SPIN_SERVICES_NET_NET_GUARD_H

struct packet;
struct outgoing;

/* Keys of a node that somebody has; they do not change while the guard is bound. */
struct key_range {
    unsigned long low, high;
};

typedef _Bool net_guard_fn(const struct key_range *mine, struct packet *packet, unsigned long key,
                           struct outgoing *reply);

#ifndef __BPF__
#include "spin/core/dispatch/binding/procedure.h"

/* The guard of these keys, which stay where they are, told by release(mine) when no raise can ask
 * it any more. Panics where it cannot be loaded. */
struct procedure net_guard(struct key_range *mine, void (*release)(void *mine));
#endif

#endif
