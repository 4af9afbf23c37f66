/* SPDX-License-Identifier: MIT */
/* net_port.c -- see net_port.h. */
#include "exo/kernel/net/net_port.h"

#include "exo/defence.h"
#include "exo/kernel/env/env.h"
#include "lib/string.h"
#include "machine/memory/frame.h"
#include "machine/memory/page.h"
#include "machine/report/panic.h"

unsigned net_count;
struct net_port net_ports[EXO_NICS];

int net_may_all(uint64_t slot, uint64_t nic) {
    return DEFENDED(NIC_WHOLE) ? env_may(slot, net_whole(nic)) : 0;
}

/* Of frames that may take long few are taken before others have the processor; of those that a
 * handler may have, one. */
enum { AT_ONCE_LONG = 2 };
unsigned net_handlers;
void net_take_at_once(unsigned nic) {
    const struct net_port *n = &net_ports[nic];
    bool long_ones = dpf_steps(n->set) > EXO_FILTER_STEPS / 8;
    n->seen->at_once = long_ones && DEFENDED(NET_FEW) ? AT_ONCE_LONG : NIC_AT_ONCE;
    if (net_handlers && DEFENDED(NET_ONE))
        n->seen->at_once = 1;
    nic_take_at_once(n->device, (unsigned)n->seen->at_once);
}

void *net_memory(size_t bytes) {
    paddr_t first;
    size_t frames = page_round_up(bytes) / PAGE_SIZE;
    if (frame_alloc_run(&first, frames))
        panic("exo: no memory for network interfaces");
    return memset(direct(first), 0, frames * PAGE_SIZE);
}
