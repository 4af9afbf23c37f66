/* SPDX-License-Identifier: MIT */
/* host_store.h -- a store (exo/libos/disk/store.h) over a volume of XN on the host: what a library
 * file system does to it is decided by the kernel's own code, and written to the image. */
#ifndef XN_HOST_STORE_H
#define XN_HOST_STORE_H

#include "exo/libos/disk/store.h"
#include "host_volume.h"

struct host_store {
    struct store store;
    struct host_volume *v;
    struct xn_who who; /* whose credential is used */
    uint64_t clock;    /* each look at it is a microsecond */
    uint64_t requests; /* so far */
    uint64_t fails;    /* the request of this number fails; 0: none */
    /* Told of each write, by block, and of each flush (page null); or null. */
    void (*seen)(void *owner, uint32_t block, const unsigned char *page);
    void *owner;
};

/* Of a volume that is mounted with room for all of it (host_volume_open_whole), of 128 MiB at most:
 * 0; -E_INVALID. */
int host_store_open(struct host_store *h, struct host_volume *v);

#endif
