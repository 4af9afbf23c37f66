/* SPDX-License-Identifier: MIT */
/* memory_disk.h -- a disk for a raw store that is memory: of a temporary file system, of a host's
 * tool that has an image in memory, of tests, which let requests fail and see each of them. */
#ifndef EXO_LIBOS_DISK_MEMORY_DISK_H
#define EXO_LIBOS_DISK_MEMORY_DISK_H

#include "exo/libos/disk/raw_volume.h"

struct memory_disk {
    struct raw_disk disk;
    unsigned char *bytes;
    uint64_t clock;    /* each look at it is a microsecond */
    uint64_t requests; /* so far */
    uint64_t fails;    /* the request of this number fails; 0: none */
    /* Told of each write, by block, and of each flush (page null); or null. */
    void (*seen)(void *owner, uint32_t block, const unsigned char *page);
    void *owner;
};

void memory_disk_begin(struct memory_disk *disk, unsigned char *bytes, uint32_t blocks);

#endif
