/* SPDX-License-Identifier: MIT */
/* alfs_own.h -- what the sources of alfs share. */
#ifndef EXO_LIBOS_ALFS_OWN_H
#define EXO_LIBOS_ALFS_OWN_H

#include "exo/defence.h"
#include "exo/libos/alfs/alfs.h"
#include "lib/error.h"
#include "lib/string.h"

/* A slot of the log, by number: of its block's place in the root, and in the block. */
static inline uint32_t slot_log(uint32_t slot) {
    return slot / ALFS_SLOTS;
}

/* The index that has the address of a block of the log. */
static inline uint32_t index_of(const struct alfs *fs, uint32_t log) {
    return fs->index[log / ALFS_EACH];
}

/* alfs_log.c */
long alfs_damaged(struct alfs *fs, uint32_t block, const char *field);
/* An index's bytes. It stays in core from now on: changes ask for it. */
long index_get(struct alfs *fs, uint32_t i, uint32_t block, unsigned char **bytes);
/* A block of the log, held. */
long log_get(struct alfs *fs, uint32_t log, unsigned char **bytes);
/* All of a record but what it owns. */
long record_write(struct alfs *fs, uint32_t slot, const struct alfs_record *record);
/* The slot at the log's end, which goes on in a new block if need be. */
long log_room(struct alfs *fs);
/* A record there: its slot; one that owns so many blocks from near `near` on, fewer if
 * there are none: record->at says which. */
long record_append(struct alfs *fs, const struct alfs_record *record);
long record_alloc(struct alfs *fs, struct alfs_record *record, uint32_t near, uint32_t count);
/* It owns so many blocks from its first one on: -E_FULL if those that come are not free. */
long record_resize(struct alfs *fs, uint32_t slot, struct alfs_record *record, uint32_t count);
/* The slot is as if nothing had ever been written there. */
long record_wipe(struct alfs *fs, uint32_t slot, const struct alfs_record *record);
long log_drop(struct alfs *fs, uint32_t log);
/* The log is no longer than what it says is worth. */
long log_compact(struct alfs *fs);
uint32_t log_oldest(const struct alfs *fs);

/* alfs_names.c */
void name_add(struct alfs *fs, uint32_t inode);
void name_remove(struct alfs *fs, uint32_t inode);
uint32_t name_find(const struct alfs *fs, uint32_t directory, struct alfs_name name);
/* The inode is free, and its extents are dead. */
void file_forget(struct alfs *fs, uint32_t inode);
static inline struct alfs_name file_name(const struct alfs_file *f) {
    return (struct alfs_name){f->record.name, f->record.length};
}

/* alfs_file.c */
/* A block to be read, held: with what follows it in its extent, and its sum is right. */
long extent_get(struct alfs *fs, struct alfs_extent *e, uint32_t i, unsigned char **bytes);

/* alfs_extent.c: extents in memory. */
struct alfs_extent *extent_new(struct alfs *fs, struct alfs_file *f);
/* The index-th block's extent, and which of it; null: there is none. */
struct alfs_extent *extent_find(const struct alfs *fs, struct alfs_file *f, uint64_t index,
                                uint32_t *i);
/* It is its file's newest one. */
void extent_newest(struct alfs *fs, struct alfs_extent *e);
/* It owns nothing any more. */
void extent_drop(struct alfs *fs, struct alfs_extent *e);
/* These of its blocks are the file's no more, and free after the next sync. */
void extent_kill(struct alfs *fs, struct alfs_extent *e, uint32_t blocks);
/* So are all of a file's that are not among its first `size` bytes. */
void extents_kill(struct alfs *fs, const struct alfs_file *f, uint64_t size);
/* What is dead is freed. */
long extents_reclaim(struct alfs *fs);
/* A bit for each block that it owns. */
static inline uint32_t extent_all(const struct alfs_record *r) {
    return (1u << r->at.count) - 1;
}
/* Of its blocks those that hold a file's first `size` bytes. */
static inline uint32_t extent_within(const struct alfs_record *r, uint64_t size) {
    uint64_t blocks = (size + STORE_BLOCK - 1) / STORE_BLOCK;
    return blocks <= r->index             ? 0
           : blocks - r->index < ALFS_RUN ? (1u << (blocks - r->index)) - 1
                                          : ~0u;
}
static inline uint32_t extent_live(const struct alfs_extent *e) {
    return extent_all(&e->record) & ~e->dead;
}
/* alfs_mount.c: memory is what the log says. */
long alfs_load(struct alfs *fs);
/* What a crash left is not there any more. */
long alfs_tidy(struct alfs *fs);

#endif
