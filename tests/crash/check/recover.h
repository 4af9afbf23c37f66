/* SPDX-License-Identifier: MIT */
/* recover.h -- a disk as a crash left it is recovered by the very code of its file system, built
 * for the host, and read. */
#ifndef TESTS_CRASH_RECOVER_H
#define TESTS_CRASH_RECOVER_H

#include "tree.h"

struct recovery {
    uint8_t *image; /* of `bytes`; changed */
    size_t bytes;
    bool torn;              /* a write is */
    unsigned long stops_at; /* on XN: the machine stops again after so many writes; 0: not */
    unsigned long writes;   /* how many there were */
};

/* Null, and what it has in *found; or what is wrong, which stays until the next call. */
typedef const char *recover_function(struct recovery *r, struct tree *found);

/* All C-FFSs of a volume of XN's: XN recovers, then each is checked, twice; the free map must be
 * what all of them own. */
recover_function recover_cffs;
/* The same of alfs, which mends itself when it is mounted. */
recover_function recover_alfs;
/* e2fsck -fp, of a torn disk -fy, then -fn; then it is read by SPIN's own extension. */
recover_function recover_ext2;
/* wfs has nothing to recover: what leads somewhere was written later. */
recover_function recover_wfs;

#endif
