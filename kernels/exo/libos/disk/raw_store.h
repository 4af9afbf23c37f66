/* SPDX-License-Identifier: MIT */
/* raw_store.h -- a store over a disk that nobody protects: one file system's library has all of it,
 * and keeps the rules by itself that XN would keep it to. What is here is a cache, a free map, and
 * the order of writes; types and owners are believed.
 *
 * Freestanding and of no machine: the disk is three functions, the memory is the caller's.
 *
 * On the disk: block 0 has the roots and says whether the map is right; the map follows. While a
 * volume is being changed the map counts for nothing: after a crash the file systems on it say what
 * they own (raw_store_claim). */
#ifndef EXO_LIBOS_DISK_RAW_STORE_H
#define EXO_LIBOS_DISK_RAW_STORE_H

#include "exo/libos/disk/raw_volume.h"

/* How much memory a cache of so many pages takes for such a disk. */
size_t raw_store_bytes(uint32_t blocks, uint32_t pages);
/* An empty volume on the disk. */
long raw_store_format(struct raw_disk *disk, unsigned char *page);
/* Opens a volume, in raw_store_bytes of zeroed memory. 0; 1: the map is not right: it is empty now,
 * and each file system's check must claim what it owns before anything is changed; -E_DAMAGED:
 * no such volume. */
long raw_store_open(struct raw_store *r, struct raw_disk *disk, void *memory, uint32_t pages);
/* All is on the disk, and the map is right. */
long raw_store_close(struct raw_store *r);

/* After a crash: these blocks are owned. -E_EXISTS: one is already; -E_INVALID: beyond the disk. */
long raw_store_claim(struct raw_store *r, uint32_t block, uint32_t count);
/* Nothing is claimed: a check begins again. */
void raw_store_unclaim(struct raw_store *r);

#endif
