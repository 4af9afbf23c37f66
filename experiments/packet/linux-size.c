/* SPDX-License-Identifier: MIT */
/* linux-size.c -- what the kernel's slabs have for a connection, by /proc/slabinfo. */
#include "measure/bench.h"

#include <stdio.h>
#include <string.h>

/* Bytes of an object of this kind; 0: there is none called so. */
static unsigned long slab(const char *kind) {
    char line[300], name[64];
    unsigned long bytes = 0, size;
    FILE *f = fopen("/proc/slabinfo", "re");
    while (f && !bytes && fgets(line, sizeof line, f))
        if (sscanf(line, "%63s %*u %*u %lu", name, &size) == 2 && !strcmp(name, kind))
            bytes = size;
    if (f)
        fclose(f);
    return bytes;
}

/* A socket is the protocol's object, an inode, a name and an open file. */
BENCH(packet_size, "packet/size/of:connection,half,wait,listener") {
    static const char *const socket[] = {"TCP", "sock_inode_cache", "dentry", "filp", NULL},
                             *const half[] = {"request_sock_TCP", NULL},
                             *const wait[] = {"tw_sock_TCP", NULL};
    char of[12];
    bench_word(b, "of", of, sizeof of);
    const char *const *kind = *of == 'h' ? half : *of == 'w' ? wait : socket;
    unsigned long bytes = 0;
    for (; *kind; kind++) {
        const unsigned long one = slab(*kind);
        if (!one) {
            bench_skip(b, "this kernel has no slab of its own for one of the objects");
            return;
        }
        bytes += one;
    }
    bench_size(b, bytes);
}
