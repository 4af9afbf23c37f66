/* SPDX-License-Identifier: MIT */
/* cffs.h -- C-FFS: a file system as a library. A file's inode lies beside its name in a block of
 * the directory (embedded inodes), and the data of small files of one directory lie side by side,
 * to be read and written together (explicit grouping). (Ganger, Kaashoek: Embedded inodes and
 * explicit grouping, USENIX '97.)
 *
 * All that it knows between two calls is in struct cffs and in the store's blocks, so processes
 * that share both share the file system; only one may be in here at a time. A file is named by the
 * place of its inode and a generation: who has an old name of a place gets -E_NOT_FOUND, never the
 * file that has it now. A file without a name is gone, whoever has it open. There are no hard
 * links.
 *
 * Results below 0 are -E_SOMETHING, those of store.h and
 *   -E_NOT_FOUND  no such name, or the file is gone
 *   -E_EXISTS     the name is taken, or a directory is not empty
 *   -E_INVALID    not a directory, an empty name, a directory within itself, too large
 *   -E_PERM       it is a directory
 *   -E_TOO_LONG   a name
 *   -E_FULL       the disk, or a directory
 *   -E_QUOTA      the owner's blocks
 *   -E_DAMAGED    fs->damage says which block, and what of it cannot be */
#ifndef EXO_LIBOS_CFFS_H
#define EXO_LIBOS_CFFS_H

#include "exo/libos/parts/edit.h"
#include "exo/libos/parts/groups.h"
#include "exo/libos/parts/name_hints.h"

#define CFFS_NAME 56u /* bytes, without a NUL */

/* CFFS_NAMED: a name whose file has its inode elsewhere. */
enum cffs_kind { CFFS_FREE, CFFS_FILE, CFFS_DIR, CFFS_QUOTA, CFFS_NAMED, CFFS_KINDS };

/* A file: where its inode is. A directory: its first block, and slot 0. */
struct cffs_id {
    uint32_t block, slot, generation;
};

struct cffs_name {
    const char *at;
    size_t length;
};

struct cffs_stat {
    uint64_t size, modified;
    uint32_t owner;
    uint16_t mode;
    enum cffs_kind kind;
};

struct cffs_entry {
    struct cffs_id id;
    enum cffs_kind kind;
    uint32_t length;
    char name[CFFS_NAME];
};

struct cffs {
    union {
        struct meta meta; /* what libos/parts knows of it: its store, whether small files of a
                             directory are placed, read and written together (grouped) ... */
        struct {
            META_FIELDS;
        };
    };
    struct name_hints *hints; /* memory that the caller may give, zeroed, after a mount; or null */
    uint32_t root;
    struct cffs_id inodes; /* the directory of those that have blocks of their own; 0: not known */
    bool plain;            /* inodes of new files are in blocks of their own */
    bool read_only;
    uint32_t uid;                   /* who owns what is made from now on: see cffs_stands_for */
    uint32_t slot, inode_at, slots; /* bytes of each; slots of a block */
    uint64_t limit;                 /* bytes of the longest file */
    uint32_t seed, generation, generation_end;
    uint32_t next_read;   /* the block behind the one that was read last */
    struct groups groups; /* of directories */
};

/* Makes an empty file system of that name (16 bytes) on the store. Temporary: it is empty again
 * after a crash. */
long cffs_format(struct store *store, const char name[16], uint32_t seed, bool temporary);
/* 1: it was not left clean, and is to be checked before it is changed; 0. */
long cffs_mount(struct cffs *fs, struct store *store, const char name[16], bool read_only);
long cffs_sync(struct cffs *fs);
long cffs_unmount(struct cffs *fs);

struct cffs_id cffs_root(const struct cffs *fs);
/* The file's block stays in core until cffs_leave. */
long cffs_use(struct cffs *fs, struct cffs_id id);
void cffs_leave(struct cffs *fs, struct cffs_id id);

/* cffs_lookup.c, cffs_names.c. `id` gets what the name leads to; null: nobody wants to know. */
long cffs_lookup(struct cffs *fs, struct cffs_id directory, struct cffs_name name,
                 struct cffs_id *id, enum cffs_kind *kind);
/* The directory's own directory; the root's is the root. */
long cffs_parent(struct cffs *fs, struct cffs_id directory, struct cffs_id *parent);
long cffs_create(struct cffs *fs, struct cffs_id directory, struct cffs_name name, uint16_t mode,
                 struct cffs_id *id);
/* A file with blocks for so many bytes, or for those of its own pointers: in one change of
 * metadata. Where they do not lie side by side it is empty. They hold what was there before, and
 * who asks writes them, or cuts them off, before anybody reads. */
long cffs_create_filled(struct cffs *fs, struct cffs_id directory, struct cffs_name name,
                        uint16_t mode, uint64_t size, struct cffs_id *id);
long cffs_mkdir(struct cffs *fs, struct cffs_id directory, struct cffs_name name, uint16_t mode,
                struct cffs_id *id);
long cffs_unlink(struct cffs *fs, struct cffs_id directory, struct cffs_name name);
long cffs_rmdir(struct cffs *fs, struct cffs_id directory, struct cffs_name name);
/* What has the new name is gone afterwards. The file's id may change: from *old to *now. */
long cffs_rename(struct cffs *fs, struct cffs_id directory, struct cffs_name name,
                 struct cffs_id to, struct cffs_name new_name, struct cffs_id *old,
                 struct cffs_id *now);
/* The first entry from place *place on (0: the first of all), which becomes the next one's.
 * -E_NOT_FOUND: there is none. */
long cffs_list(struct cffs *fs, struct cffs_id directory, uint64_t *place,
               struct cffs_entry *entry);

/* cffs_file.c */
long cffs_stat(struct cffs *fs, struct cffs_id id, struct cffs_stat *stat);
/* How many bytes; 0: the end. */
long cffs_read(struct cffs *fs, struct cffs_id id, uint64_t at, void *into, size_t bytes);
/* How many bytes, which are fewer where there is no room for more. */
long cffs_write(struct cffs *fs, struct cffs_id id, uint64_t at, const void *from, size_t bytes);
long cffs_truncate(struct cffs *fs, struct cffs_id id, uint64_t size);
/* The file, and its name, are durable. */
long cffs_fsync(struct cffs *fs, struct cffs_id id);
/* Where its index-th block is; at.count 0: nowhere, it reads as zeros. */
long cffs_block(struct cffs *fs, struct cffs_id id, uint64_t index, struct store_child *child);

/* Blocks of this owner, at most; limit 0: any number. He has `used` now, as a check counts. */
long cffs_set_quota(struct cffs *fs, uint32_t uid, uint32_t used, uint32_t limit);

#endif
