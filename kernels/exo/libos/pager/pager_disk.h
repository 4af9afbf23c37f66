/* SPDX-License-Identifier: MIT */
/* pager_disk.h -- pages that have no frame are kept on a disk: in an extent that is the process's
 * own as long as it lives, by a proxy node (docs/exo/disk.md) made of one that stands for the
 * disk's part for paging. A node ends with its maker, so the extents of whoever exits, or is
 * killed, are free for the next. The kernel knows nothing of paging.
 *
 * Processes that page to the same part trust each other: who may use it may use all of it. A child
 * by exos_fork has of such a region what has a frame; the rest is its parent's alone, and a touch
 * of it is a trap. */
#ifndef EXO_LIBOS_PAGER_DISK_H
#define EXO_LIBOS_PAGER_DISK_H

#include "exo/libos/pager/pager.h"

struct pager_disk {
    uint32_t disk, slot;
    uint64_t node, owner; /* the proxy node, and whose it is */
    uint32_t first;       /* the block of page 0 */
};

/* An extent for so many pages, of the node `area`, which permits all to the capability in slot 0.
 * -E_DEAD: no such node; -E_INVALID: it has not one extent; -E_FULL: no room; -E_BUSY: others take
 * extents all the time; the kernel's errors. */
long pager_disk_open(struct pager_disk *d, uint64_t area, uint32_t pages);
/* The extent is nobody's. */
void pager_disk_close(struct pager_disk *d);

/* For a pager whose `kept` is a struct pager_disk. */
extern const struct pager_backing pager_disk;

#endif
