/* SPDX-License-Identifier: MIT */
/* alfs.h -- alfs, a log file system as a library. Metadata are a log of records, which is read
 * when the file system is mounted and is in memory from then on: a lookup asks no block. Files are
 * extents. A block that is overwritten gets a new place, and counts from the next sync on; so a
 * crash leaves its old contents or its new ones. Each block has a checksum in its file's record,
 * which is looked at when the block is read from the disk. (After Rosenblum and Ousterhout: The
 * design and implementation of a log-structured file system, SOSP '91.)
 *
 * All that it knows between two calls is in struct alfs and the memory that it was given; only one
 * may be in here at a time. A file is named by a number and a generation: who has an old name gets
 * -E_NOT_FOUND. A file without a name is gone, whoever has it open. There are no hard links. All of
 * a file system belongs to one user.
 *
 * Results below 0 are -E_SOMETHING, those of store.h and
 *   -E_NOT_FOUND  no such name, or the file is gone
 *   -E_EXISTS     the name is taken, or a directory is not empty
 *   -E_INVALID    not a directory, an empty name, a directory within itself, too large
 *   -E_PERM       it is a directory
 *   -E_TOO_LONG   a name
 *   -E_FULL       the disk, the log, or the memory
 *   -E_DAMAGED    fs->damage says which block, and what of it cannot be */
#ifndef EXO_LIBOS_ALFS_H
#define EXO_LIBOS_ALFS_H

#include "exo/libos/alfs/alfs_format.h"
#include "exo/libos/disk/store.h"

struct alfs_id {
    uint32_t inode, generation;
};

struct alfs_name {
    const char *at;
    size_t length;
};

struct alfs_entry {
    struct alfs_id id;
    enum alfs_kind kind;
    uint32_t length;
    char name[ALFS_NAME];
};

/* In memory, by number of inode: 0 is none, 1 the root. */
struct alfs_file {
    struct alfs_record record; /* as in the log */
    uint64_t size;             /* what it will be there */
    uint32_t slot;             /* in the log; 0: this inode is free */
    uint32_t extents, last;    /* the newest one; that which was found last */
    uint32_t names;            /* of a directory */
    uint32_t next, dirty_next; /* of its bucket, or the next free one */
    uint32_t shrunk;           /* the last epoch in which it did */
    bool dirty;                /* the log does not know it all */
    bool zeros;                /* behind the end of its last block */
    uint8_t reached;           /* from the root: enum reached in alfs_mount.c */
};

struct alfs_extent {
    struct alfs_record record;
    uint32_t slot, next, doomed_next;
    uint32_t dead;     /* a bit a block: it is the file's no more */
    uint32_t verified; /* its sum was right when it came in */
    bool doomed;       /* some are dead: in that list */
};

struct alfs_log {
    uint32_t block;
    uint32_t nth;    /* of the n-th element: which block has the n-th number, and 1; at a mount */
    uint64_t number; /* 0: it was not begun */
};

struct alfs {
    struct store *store;
    uint32_t root;
    bool read_only;
    bool untidy; /* the log has what a crash left */
    uint32_t generation, cursor;
    uint32_t logs, head, slot; /* blocks; that which is filled, and its next slot */
    uint32_t logs_most;
    uint32_t *index;      /* [ALFS_EACH], 0: there is none */
    struct alfs_log *log; /* [logs_most] */
    struct alfs_file *file;
    struct alfs_extent *extent;
    uint32_t *bucket;
    uint32_t files, extents, buckets; /* how many there may be */
    /* How many there are, and no number from there on was used. */
    uint32_t files_used, files_seen, extents_used, extents_seen;
    uint32_t file_free, extent_free, dirty, doomed;
    uint32_t epoch, shrunk; /* which sync comes next, from 1 on; before which a file last shrank */
    struct {
        uint32_t block;
        const char *field;
    } damage;
};

/* How much memory so many files, and extents of up to 24 blocks, take. */
size_t alfs_bytes(uint32_t files, uint32_t extents);

/* The object files of alfs_log.bpf.c, alfs_index.bpf.c, alfs_root.bpf.c (udf/). */
#define ALFS_TYPES 3
extern const struct store_function alfs_functions[ALFS_TYPES]; /* a guest's: udf/alfs_functions.S */
/* Imports the types, where they are not yet. The functions, and memory for XN_BODY_BYTES_MAX bytes,
 * may be null where the volume's design is "template". As store's `type`. */
long alfs_declare(struct store *store, const struct store_function functions[ALFS_TYPES],
                  void *memory);
/* Makes an empty file system of that name (16 bytes). Only its owner, a user, and 0 may change it.
 * Temporary: it is gone after a crash, with its name. */
long alfs_format(struct store *store, const char name[16], uint32_t owner, bool temporary);
/* In so much zeroed memory (alfs_bytes). Mends what a crash left, unless it is read-only. */
long alfs_mount(struct alfs *fs, struct store *store, const char name[16], void *memory,
                uint32_t files, uint32_t extents, bool read_only);
long alfs_sync(struct alfs *fs);
long alfs_unmount(struct alfs *fs);

static inline struct alfs_id alfs_root(void) {
    return (struct alfs_id){1, 1};
}

/* alfs_names.c. `id` gets what the name leads to; null: nobody wants to know. */
long alfs_lookup(const struct alfs *fs, struct alfs_id directory, struct alfs_name name,
                 struct alfs_id *id);
long alfs_create(struct alfs *fs, struct alfs_id directory, struct alfs_name name,
                 enum alfs_kind kind, uint16_t mode, struct alfs_id *id);
long alfs_remove(struct alfs *fs, struct alfs_id directory, struct alfs_name name,
                 enum alfs_kind kind);
/* What has the new name is gone afterwards; the file's id stays. */
long alfs_rename(struct alfs *fs, struct alfs_id directory, struct alfs_name name,
                 struct alfs_id to, struct alfs_name new_name);
/* The first entry from place *place on (0: the first of all), which becomes the next one's.
 * -E_NOT_FOUND: there is none. */
long alfs_list(const struct alfs *fs, struct alfs_id directory, uint64_t *place,
               struct alfs_entry *entry);

/* What is known of it; null: it is gone. */
const struct alfs_file *alfs_file(const struct alfs *fs, struct alfs_id id);

/* alfs_file.c */
/* How many bytes; 0: the end. -E_DAMAGED, too, where a block is not what was written. */
long alfs_read(struct alfs *fs, struct alfs_id id, uint64_t at, void *into, size_t bytes);
/* How many bytes, which are fewer where there is no room for more. */
long alfs_write(struct alfs *fs, struct alfs_id id, uint64_t at, const void *from, size_t bytes);
long alfs_truncate(struct alfs *fs, struct alfs_id id, uint64_t size);
/* The file, and its name, are durable; with what else is dirty. */
long alfs_fsync(struct alfs *fs, struct alfs_id id);

/* alfs_check.c: all of a file system. `claim` is told each run of blocks that is owned, and says
 * -E_EXISTS of one that is already; null: the store knows. repair: what a crash left is mended.
 * sums: all files are read. 0, or -E_DAMAGED: see fs->damage. */
struct alfs_checking {
    long (*claim)(void *owner, uint32_t block, uint32_t count);
    void *owner;
    bool repair, sums;
    uint32_t blocks, repaired;
};
long alfs_check(struct alfs *fs, struct alfs_checking *checking);

#endif
