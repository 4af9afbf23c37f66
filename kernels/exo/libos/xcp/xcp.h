/* SPDX-License-Identifier: MIT */
/* xcp.h -- files are copied, and the processor touches no byte of them: what is not in core is read
 * in the disk's order, then the very frames become those of new blocks, which are written in the
 * disk's order. What is copied is not in core afterwards. (Kaashoek et al., SOSP '97.) */
#ifndef EXO_LIBOS_XCP_H
#define EXO_LIBOS_XCP_H

#include "exo/libos/cffs/cffs.h"

struct xcp_file {
    struct cffs_id from;
    struct cffs_id to;     /* empty; or, with a name, not looked at: */
    struct cffs_id in;     /* it is made in this directory, */
    struct cffs_name name; /* by this name and, in the same change of metadata, with its blocks */
};

/* Copies them all. `memory` has room for so many numbers of blocks: those of more are read in as
 * many turns. Nothing of the copies is on the disk before a sync. 0, or the first error, with
 * copies that are shorter. -E_BUSY: a block is in somebody's memory. */
long xcp_files(struct cffs *fs, const struct xcp_file *file, uint32_t count, uint32_t *memory,
               uint32_t room);
/* cffs_sync, but blocks that lie side by side are written in one request also where the file system
 * itself writes block by block (fs->grouped is false). */
long xcp_sync(struct cffs *fs);

#endif
