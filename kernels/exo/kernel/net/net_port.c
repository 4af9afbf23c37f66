/* SPDX-License-Identifier: MIT */
/* net_port.c -- see net_port.h. */
#include "exo/kernel/net/net_port.h"

#include "lib/string.h"
#include "machine/memory/frame.h"
#include "machine/memory/page.h"
#include "machine/report/panic.h"

unsigned net_count;
struct net_port net_ports[EXO_NICS];

void *net_memory(size_t bytes) {
    paddr_t first;
    size_t frames = page_round_up(bytes) / PAGE_SIZE;
    if (frame_alloc_run(&first, frames))
        panic("exo: no memory for network interfaces");
    return memset(direct(first), 0, frames * PAGE_SIZE);
}
