/* SPDX-License-Identifier: MIT */
/* net_calls.h -- the calls on packets: filters and rings. */
#ifndef EXO_KERNEL_NET_CALLS_H
#define EXO_KERNEL_NET_CALLS_H

#include "exo/kernel/net/filter.h"

long sys_filter_insert(uint64_t slot, uint64_t nic, uint64_t atoms, uint64_t count, uint64_t why);
long sys_filter_drop(uint64_t slot, uint64_t id);
long sys_filter_refer(uint64_t slot, uint64_t id);
long sys_filter_withdraw(uint64_t slot, uint64_t id);
long sys_filter_bind(uint64_t slot, uint64_t id, uint64_t ring);
long sys_packet_ring(uint64_t holder, uint64_t ring, uint64_t buffers, uint64_t count);
long sys_packet_change(uint64_t ring, uint64_t index, uint64_t buffer);

/* The filter with this id, if the capability in the caller's slot opens it; -E_NOT_FOUND, or
 * -E_PERM. */
int net_filter_named(uint64_t slot, uint64_t id, struct filter **f);
/* May the caller insert filters of an interface by the capability in this slot? 0; -E_NOT_FOUND: no
 * such interface; -E_PERM. */
long net_may_filter(uint64_t slot, uint64_t nic);

/* At start: the interfaces, if there are any, and that an environment which has ended gives back
 * what it had of this. */
void net_init(void);

#endif
