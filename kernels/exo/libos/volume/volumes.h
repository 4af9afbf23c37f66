/* SPDX-License-Identifier: MIT */
/* volumes.h -- files on disks for ExOS: C-FFS, on volumes that XN protects, in the place of a
 * directory. They are opened, read, mapped and renamed by files.h and mmap.h, as others are.
 *
 * All processes of an ExOS share a file system: the struct cffs, a map of what may be dirty, and a
 * lock, in pages that all of them have. Each has a window of its own on the blocks, as no page of
 * XN's passes to a child. There is no server, and no call lies between a process and a block that
 * its window shows.
 *
 * Not as files.h says: a file without a name is gone, whoever has it open (-E_NOT_FOUND); what is
 * mapped somewhere is neither unlinked nor cut, and a program that runs is not written, either
 * (-E_BUSY); there are no links.
 *
 * Results below 0 are those of cffs.h and store.h, and of the calls of exos. */
#ifndef EXO_LIBOS_VOLUME_H
#define EXO_LIBOS_VOLUME_H

#include "exo/libos/cache/cache_store.h"
#include "exo/libos/cffs/check/cffs_check.h"

/* This process and its children can have files on disks from now on: after exos_files_begin(),
 * before the first child that is to have them, and again in each program that exos_exec() begins.
 * Programs are found there, too, by path (exos_exec); what of them is not written is mapped. */
long volumes_begin(void);

/* Makes the disk a volume with an empty file system. By who has a capability for all of the disk
 * in slot 0. -E_BUSY: there is a volume that is mounted. */
long volume_format(const char *type, unsigned disk);
/* Puts the disk's file system in the place of the directory. A volume that was not left clean is
 * recovered, and its file system mended. The same right is needed. -E_NOT_FOUND: no such type
 * ("cffs") or disk; -E_BUSY: it is mounted already; -E_FULL: two are. */
long volume_mount(const char *type, unsigned disk, const char *path);
/* -E_BUSY: a file of it is open or mapped. */
long volume_unmount(const char *path);

/* How many blocks of data of the path's volume this process, and children that it makes later, keep
 * in core by their window, and by which policy (block_cache.h). Cache, and
 * block_cache_bytes(blocks) of memory, are the volume's as long as that is so; it begins empty each
 * time other processes had the volume to themselves. Null: as many as there are pages.
 * -E_NOT_FOUND: nothing is mounted there; -E_INVALID: fewer than CACHE_LEAST. */
struct volume_limit {
    uint32_t blocks;
    const struct block_cache_policy *policy;
    void *own; /* the policy's */
    struct cache_store *cache;
    void *memory;
};
long volume_cache(const char *path, const struct volume_limit *limit);

/* All that was written is on the disks. */
long volume_sync(void);
/* The file system that the path is on is looked through and mended; *c says what there is. */
long volume_check(const char *path, struct cffs_checking *c);

/* The file becomes one of that path, on the same file system, by XCP (libos/xcp): no byte of it is
 * touched. -E_INVALID: another one, or no file; -E_EXISTS: there is one of that name; -E_BUSY: it
 * is in somebody's memory, and the copy ends where that begins. */
long volume_copy(const char *from, const char *to);

#endif
