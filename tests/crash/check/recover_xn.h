/* SPDX-License-Identifier: MIT */
/* recover_xn.h -- what recoveries of file systems on a volume of XN's share: XN recovers, each file
 * system is read by its own code, and the free map must be what all of them own. */
#ifndef TESTS_CRASH_RECOVER_XN_H
#define TESTS_CRASH_RECOVER_XN_H

#include "host_store.h"
#include "recover.h"

enum { BLOCKS_MOST = 1 << 15 };

extern struct host_store xn_disk; /* by who made the root that is read */

/* For the file systems' checks: blocks are owned once; or it is not noted. */
long xn_claim(void *owner, uint32_t block, uint32_t count);
long xn_no_claim(void *owner, uint32_t block, uint32_t count);

/* Mounts the i-th file system, checks it, claims what it owns, reads all of it and unmounts it:
 * null, or what is wrong. */
typedef const char *read_system_function(unsigned i, const char name[16], struct tree *found);
const char *recover_on_xn(struct recovery *r, struct tree *found, read_system_function *read);

#endif
