/* SPDX-License-Identifier: MIT */
/* exo-user-size.c -- memory that connections, listeners, flows and an interface's rings take. */
#include "exo-net.h"

#include "exo/libos/ash/forward.h"
#include "exo/libos/exposed.h"

/* Pages that the kernel holds for the ring of this end's interface, in bytes. */
static uint64_t pinned(void) {
    const uint64_t from = (uint64_t)net.link.word;
    uint64_t pages = 0;
    for (uint64_t at = from; at < from + LINK_PAGES * 4096ul; at += 4096)
        pages += exposed_frame(link_physical((void *)at) >> 12)->pins != 0;
    return pages * 4096;
}

BENCH(packet_size, "packet/size/of:rings,connection,half,wait,listener,flow") {
    char of[12];
    bench_word(b, "of", of, sizeof of);
    if (!server_begin(b))
        return;
    bench_size(b, *of == 'r'   ? pinned()
                  : *of == 'c' ? sizeof(struct net_tcp)
                  : *of == 'h' ? sizeof(struct tcp_half)
                  : *of == 'w' ? sizeof(struct net_tcp)
                  : *of == 'l' ? sizeof(struct net_listener)
                               : sizeof(struct forward_flow));
    server_end();
}
