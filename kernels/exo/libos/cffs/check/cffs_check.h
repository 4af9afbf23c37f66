/* SPDX-License-Identifier: MIT */
/* cffs_check.h -- all of a C-FFS is looked through: after a crash, or because somebody asks. */
#ifndef EXO_LIBOS_CFFS_CHECK_H
#define EXO_LIBOS_CFFS_CHECK_H

#include "exo/libos/cffs/cffs.h"

/* What a crash left undone is finished, if `repair`. `claim` is told each run of blocks that is
 * owned, and says -E_EXISTS of one that is already; `memory` has room for 8 bytes for each block of
 * the disk. */
struct cffs_checking {
    long (*claim)(void *owner, uint32_t block, uint32_t count);
    void *owner;
    void *memory;
    bool repair;
    uint32_t uid; /* whose blocks are counted in `owned`: all but the root's first */
    uint32_t files, directories, blocks, repaired, owned;
};
/* 0, or -E_DAMAGED: see fs->damage. */
long cffs_check(struct cffs *fs, struct cffs_checking *checking);

#endif
