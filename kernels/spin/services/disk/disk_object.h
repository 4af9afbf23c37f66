/* SPDX-License-Identifier: MIT */
/* disk_object.h -- the machine's disks, as /devices/disk0 and so on: a request of a strand that
 * waits for its end. Requests to a disk are made one after the other, in the order in which they
 * came; each is counted. */
#ifndef SPIN_SERVICES_DISK_OBJECT_H
#define SPIN_SERVICES_DISK_OBJECT_H

#include "drivers/disk.h"
#include "lib/list.h"
#include "spin/services/names/directory.h"

struct disk_object {
    struct disk *disk;
    const struct disk_facts *facts;
    struct list waiting; /* for their turn, or for the end */
    bool busy, claimed;  /* a request is under way; a volume is on it */
    uint64_t requests, sectors, flushes, failed;
};

extern const struct name_type name_disk;

/* Those that the machine has get their names. False: it has none. */
bool disk_objects_init(void);
/* The disk of this name ("disk0"), or null. */
struct disk_object *disk_object_find(const char *name);

/* Waits until the device is done. 0; -E_IO: it could not do it, or the disk is dead and was reset;
 * disk_submit()'s -E_INVALID, -E_PERM, -E_NO_CALL. */
int disk_object_request(struct disk_object *d, enum disk_operation operation, uint64_t sector,
                        const struct dma_piece *piece, unsigned pieces);
/* What was written is on the disk. */
int disk_object_flush(struct disk_object *d);

#endif
