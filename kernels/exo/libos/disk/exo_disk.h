/* SPDX-License-Identifier: MIT */
/* exo_disk.h -- the disk of a raw store (raw_store.h), by the kernel's calls: blocks of a disk that
 * a capability opens, or those of a proxy node. */
#ifndef EXO_LIBOS_EXO_DISK_H
#define EXO_LIBOS_EXO_DISK_H

#include "exo/libos/disk/raw_store.h"

struct exo_raw_disk {
    struct raw_disk raw;    /* first */
    uint32_t disk, first;   /* which, and the block that is the volume's block 0 */
    uint32_t slot, holder;  /* of the capabilities for blocks, and for pages */
    uint64_t pxn;           /* 0: by the disk's blocks */
    volatile uint64_t word; /* of the request under way */
};

/* `blocks` blocks from `first` on of a disk, by the capability in `slot`, and with `pxn` not 0 by
 * that proxy node. Pages that are read and written are opened by the one in `holder`; *d is in such
 * a page, too, and stays. -E_NOT_FOUND: no such disk; -E_INVALID: blocks that there are not. */
long exo_raw_disk_open(struct exo_raw_disk *d, unsigned disk, uint32_t first, uint32_t blocks,
                       unsigned slot, unsigned holder, uint64_t pxn);

#endif
