/* SPDX-License-Identifier: MIT */
/* raw_own.h -- what the sources of a raw store share. */
#ifndef EXO_LIBOS_DISK_RAW_OWN_H
#define EXO_LIBOS_DISK_RAW_OWN_H

#include "exo/libos/disk/raw_volume.h"

STORE_OPS_DECLARE(raw_op_);

/* raw_cache.c: the block's page holds nothing any more. */
void raw_forget(struct raw_store *r, uint32_t block);
/* A page for a block, from a clean one that nobody holds, if need be, or once all that is dirty is
 * written; null: all are held. */
unsigned char *raw_page_for(struct raw_store *r, uint32_t block);

/* raw_write.c: requests to the disk, which are counted. */
long raw_transfer(struct raw_store *r, bool write, uint32_t block, uint32_t count,
                  unsigned char *const *page);
long raw_flush(struct raw_store *r);
/* The disk is told that the map is not right, before anything else of the volume is written. */
long raw_mark(struct raw_store *r);

/* raw_change.c: the parent's block is nobody's any more. */
void raw_drop(struct raw_store *r, uint32_t block, uint32_t parent);

#endif
