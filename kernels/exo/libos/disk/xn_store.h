/* SPDX-License-Identifier: MIT */
/* xn_store.h -- a store over a volume that XN protects. Blocks are found in the exposed registry
 * and stay mapped in a window of pages, so that one that was used lately costs no call. */
#ifndef EXO_LIBOS_DISK_XN_STORE_H
#define EXO_LIBOS_DISK_XN_STORE_H

#include "exo/libos/disk/xn_core.h"

/* How much memory a window of so many pages takes, on a disk of so many blocks. */
size_t xn_store_bytes(uint32_t blocks, uint32_t pages);
/* Opens the volume on this disk, which is mounted first if need be: then `slot` opens all of the
 * disk. Memory: zeroed, xn_store_bytes(); window: an address with so many pages, and 64 before
 * them, that map nothing. 0, -E_DAMAGED, or as the kernel says. */
long xn_store_open(struct xn_store *x, unsigned volume, unsigned slot, uint64_t window,
                   uint32_t pages, void *memory);
/* The same of one of several windows. Of a volume that is mounted, with a map of what is dirty that
 * others have, too, nothing is looked through; the memory has room for xn_store_bytes(0, pages). */
long xn_store_join(struct xn_store *x, unsigned volume, unsigned slot, uint64_t window,
                   uint32_t pages, void *memory, const struct xn_sharing *sharing);
/* All that is dirty in the registry, whoever wrote it, is this store's to write back. */
void xn_store_adopt(struct xn_store *x);
/* Nothing is mapped any more; the volume stays mounted. */
void xn_store_leave(struct xn_store *x);
/* All is on the disk, and the volume clean. */
long xn_store_close(struct xn_store *x);
/* As after a crash: nothing more is written, and nobody has the volume mounted. Of a store that was
 * not opened yet, too. */
void xn_store_abandon(struct xn_store *x);

#endif
