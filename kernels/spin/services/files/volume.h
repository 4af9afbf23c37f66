/* SPDX-License-Identifier: MIT */
/* volume.h -- volumes: a disk, the extension that is its file system (file_system.h), and what is
 * in memory of it.
 *
 *     volume_mount_disk("wfs", disk, "/svc/volumes/w")
 *       -> Volume.Mount                         the extension reads what it is
 *     file_open("/svc/volumes/w/film", ...)         file_paths.c: File.Find, name by name
 *     file_read(...)                            file.c: from the cache, or
 *       -> File.Map, and a request to the disk  volume_blocks.c
 *
 * All that is done with a volume is done under its mutex, but for reading what is in memory.
 * Volumes come and go one at a time (mount.c). */
#ifndef SPIN_SERVICES_FILES_VOLUME_H
#define SPIN_SERVICES_FILES_VOLUME_H

#include "spin/services/disk/disk_object.h"
#include "spin/services/files/block_cache.h"
#include "spin/services/files/file_names.h"
#include "spin/services/files/file_system.h"
#include "spin/services/loader/loader.h"
#include "spin/services/thread/kthread_sync.h"

#define VOLUMES        "/svc/volumes/"
#define VOLUMES_MAX    8
#define VOLUME_PAGES   512 /* of a cache, unless told otherwise */
#define FILE_BUCKETS   64
#define DISK_BLOCK_MAX UINT32_MAX

struct volume {
    struct mutex mutex; /* from the boot on: who waits for it may find another volume here */
    char path[64];      /* "": no volume. All from here on is zeros when one begins */
    uint64_t mounted;   /* the mount's number; 0: nobody enters it. Changed under the mutex */
    struct disk_object *disk;
    struct extension *system;
    uint64_t serial;       /* the extension's */
    struct file_call call; /* of what is under way */
    uint64_t blocks, root;
    uint32_t block_bytes, page_blocks; /* of a block; blocks of a page */
    bool writable, uncached;
    bool failed; /* nothing is written any more */
    struct block_cache *cache;
    struct list dirty;               /* changed pages, of this cache and those of files */
    struct list files[FILE_BUCKETS]; /* that are known, by number */
    struct list idle;                /* those that nobody holds, the last one used last */
    unsigned known;                  /* how many */
    struct volume_memory *memory;
    struct file_names *names;
    struct phys_addr *bounce; /* what passes by a cache, and is no whole block */
    char way[FILE_PATH_MAX];  /* of a path that led through a link */
    struct directory directory;
};

/* Volumes can be mounted from here on: a panic where that cannot be. Without a disk nothing
 * happens. */
void volumes_init(void);

/* Puts an empty file system of this extension, which is loaded if need be, on the disk. The
 * extension's errors, and -E_BUSY: a volume is on it; -E_NOT_FOUND: no such disk, or extension. */
int volume_format_disk(const char *system, const char *disk, const char *name);
/* The disk's volume is at this path, VOLUMES and a name, from here on, with a cache of so many
 * pages, a multiple of 64, whose policy is this extension, or none (null). Besides: -E_EXISTS,
 * -E_FULL: there are VOLUMES_MAX; block_cache_create()'s. */
int volume_mount_disk(const char *system, const char *disk, const char *path, unsigned pages,
                      const char *policy);
/* -E_BUSY: somebody has a file of it open; -E_IO: what was changed cannot be written: it goes all
 * the same. */
int volume_unmount(const char *path);
/* The volume that the path is in, and the rest of the path. -E_NOT_FOUND. It may go at any time,
 * unless somebody has something of it. */
int volume_of(const char *path, struct volume **v, const char **rest);
/* The same, and the caller has its mutex: it stays. */
int volume_enter(const char *path, struct volume **v, const char **rest);
/* The i-th there may be, or null. */
struct volume *volume_at(unsigned i);

/* --- For this folder; by who has the volume's mutex --- */

extern struct volume volumes[VOLUMES_MAX];
void volume_events_init(void);

typedef long volume_event(struct volume *v, struct file_call *call);

/* A call of the extension, by what is in v->call: 0, or an error. One that fails or says what
 * cannot be makes the volume read-only: -E_DEAD. */
int volume_call(struct volume *v, volume_event *event);

/* The block, held, read if it was not there. */
int volume_block(struct volume *v, uint64_t number, bool read, struct cached_page **page);

/* Requests that read or write so many blocks of a file, from or to these pieces of memory, of a
 * block each; 0 in `block`: there is none, and zeros are read. Neighbours become one request. */
int volume_move(struct volume *v, bool write, const uint32_t *block, const paddr_t *at,
                unsigned count);
/* All that was changed up to this epoch is on the disk, each epoch whole before the next. Unless
 * told `held`, what somebody holds is left, and what comes behind it. -E_IO. */
int volume_write(struct volume *v, uint32_t epoch, bool held);
/* A cache whose policy is the extension of this name, which is loaded if need be; null: none. */
int volume_create_cache(struct module *by, unsigned pages, const char *policy,
                        struct block_cache **cache);

#endif
