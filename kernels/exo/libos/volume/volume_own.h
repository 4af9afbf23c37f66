/* SPDX-License-Identifier: MIT */
/* volume_own.h -- what all processes share of volumes, and how they take turns. As of files
 * (exos/files/shared.h), who spoils these pages spoils the file systems of this ExOS, as far as XN
 * lets it; numbers are held against their limits. */
#ifndef EXO_LIBOS_VOLUME_OWN_H
#define EXO_LIBOS_VOLUME_OWN_H

#include "exo/libos/disk/xn_store.h"
#include "exo/libos/exos/own.h"
#include "exo/libos/exos/ramfs/ramfs.h"
#include "exo/libos/lock.h"
#include "exo/libos/volume/volumes.h"

#define VOLUMES       2
#define VOLUME_BLOCKS 65536u /* of a disk, at most */
#define VOLUME_NODES  1024u  /* a power of two */

#define VOLUME_TEXTS 256u

/* A page table for each volume: its free map, then blocks. Behind those of the first what is
 * shared. */
#define TABLE            (512 * PAGE)
#define VOLUME_WINDOW(v) (EXO_UAREAS - (2 + (v)) * TABLE)
#define VOLUME_SHARED    32 /* pages */
#define VOLUME_PAGES     (512 - XN_MAP_PAGES - VOLUME_SHARED)

/* 8 bytes a block, while a file system is looked through; before them a page that is copied. */
#define SCRATCH 0x510000000000ul

/* A file that somebody uses, or used. Its number names it with its generation, so a number never
 * comes to mean another file. */
struct volume_node {
    struct cffs_id id;
    uint32_t generation;
    uint16_t users;
    uint8_t volume, kind; /* enum cffs_kind; CFFS_FREE: nobody's */
};

/* Pages of an environment that show a program's file, from its index-th page on. */
struct volume_text {
    uint32_t env, volume; /* env 0, or one that has ended: the entry is free */
    struct cffs_id id;
    uint64_t at, pages, index;
};

struct volume {
    struct cffs fs;     /* fs.store is that of who is in here */
    uint64_t epoch;     /* which windows are right: those of this number */
    uint32_t windows;   /* that were opened since the others were closed */
    uint32_t root;      /* its directory's node */
    uint8_t used, disk; /* `used` last, when it is mounted */
    uint64_t dirty[VOLUME_BLOCKS / 64];
    struct name_hints hints;
};

struct shared_volumes {
    struct lock lock; /* who has it is in here, alone */
    uint64_t epochs;
    struct volume volume[VOLUMES];
    struct volume_node node[VOLUME_NODES];
    struct volume_text text[VOLUME_TEXTS];
    uint32_t texts; /* of these were used */
} __attribute__((aligned(4096)));

#define EXOS_VOLUMES (EXO_UAREAS - TABLE - VOLUME_SHARED * PAGE)
#define volumes      ((struct shared_volumes *)EXOS_VOLUMES)
_Static_assert(sizeof(struct shared_volumes) <= VOLUME_SHARED * PAGE, "it has room");

/* volumes.c: takes the lock; signals wait, too. Not within a critical section. */
void volumes_enter(void);
void volumes_leave(void);
/* The file system, by this process's window. 0, or why there is none. */
long volume_open(unsigned v);
struct store *volume_store(unsigned v);
/* The volume that is mounted there, by its number; -E_NOT_FOUND. */
long volume_of(const char *path);

/* volume_cache.c: the window is a new one; the volume is no more. */
void volume_cache_again(unsigned v);
void volume_cache_end(unsigned v);

/* volume_tree.c: the node of this file; -E_FULL. */
long node_of(unsigned v, struct cffs_id id, enum cffs_kind kind);
/* Null: it is gone. */
struct volume_node *node_at(uint32_t node);
/* No file may have this name. */
bool name_is_dots(struct ramfs_name name);
/* Whether somebody uses a file of it, beside the mount its root. */
bool volume_is_used(unsigned v);
void volume_tree_begin(void);

/* The windows of all other processes are closed; false: none was open. */
bool volume_alone(unsigned v);

/* volume_map.c: pages of memory that show blocks. */
/* -E_BUSY: somebody's memory shows a block of the file, from the index-th on. Windows do not
 * count. */
long volume_is_shown(unsigned v, struct cffs_id id, uint64_t index);
/* -E_BUSY: it would be written, and is a program's text. */
long volume_mapped(int fd, uint64_t at, uint64_t index, bool writes);
/* The file's index-th page is at this page of the environment, too, to be read. -E_NOT_FOUND: there
 * is none, or a hole; -E_BUSY: somebody's memory writes it. */
long volume_show(unsigned v, struct cffs_id id, uint64_t index, uint64_t env, uint64_t at,
                 uint64_t bits);
void volume_map_begin(void);

/* volume_text.c: some environment has pages of the file (null: of any one) as its program. */
bool volume_is_text(unsigned v, const struct cffs_id *id);
void volume_text_moved(unsigned v, struct cffs_id old, struct cffs_id now);
void volume_text_begin(void);

#endif
