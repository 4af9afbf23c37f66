/* SPDX-License-Identifier: MIT */
/* volume.h -- a volume in memory with a C-FFS on it, for tests. */
#ifndef TESTS_UNIT_EXO_DISK_VOLUME_H
#define TESTS_UNIT_EXO_DISK_VOLUME_H

#include "exo/libos/cffs/check/cffs_check.h"
#include "exo/libos/disk/memory_disk.h"
#include "exo/libos/disk/raw_store.h"
#include "lib/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VOLUME_NAME "cffs\0\0\0\0\0\0\0\0\0\0\0"

struct volume {
    uint32_t blocks, pages;
    unsigned char *bytes; /* of the disk */
    void *memory, *worklist;
    struct memory_disk disk;
    struct raw_store raw;
    struct cffs fs;
    struct name_hints hints;
    bool plain; /* without the two techniques */
    struct cffs_checking checked;
};

static inline void volume_new(struct volume *v, uint32_t blocks, uint32_t pages) {
    *v = (struct volume){.blocks = blocks, .pages = pages};
    v->bytes = calloc(blocks, STORE_BLOCK);
    v->memory = malloc(raw_store_bytes(blocks, pages));
    v->worklist = malloc((size_t)blocks * 8);
    memory_disk_begin(&v->disk, v->bytes, blocks);
}

static inline void volume_end(struct volume *v) {
    free(v->bytes);
    free(v->memory);
    free(v->worklist);
}

static inline long volume_claim(void *owner, uint32_t block, uint32_t count) {
    return raw_store_claim(owner, block, count);
}

static inline long volume_check(struct volume *v, bool repair) {
    raw_store_unclaim(&v->raw);
    v->checked = (struct cffs_checking){
        .claim = volume_claim, .owner = &v->raw, .memory = v->worklist, .repair = repair};
    return cffs_check(&v->fs, &v->checked);
}

/* Beside what is mounted: where names were found. */
static inline void volume_hint(struct volume *v) {
    v->hints = (struct name_hints){0};
    v->fs.hints = &v->hints;
    v->fs.plain = v->plain;
    v->fs.grouped = !v->plain;
}

/* Opens what is on the disk; after a crash it is mended. */
static inline long volume_open(struct volume *v) {
    memset(v->memory, 0, raw_store_bytes(v->blocks, v->pages));
    long opened = raw_store_open(&v->raw, &v->disk.disk, v->memory, v->pages);
    if (opened < 0)
        return opened;
    long mounted = cffs_mount(&v->fs, &v->raw.store, VOLUME_NAME, true);
    if (mounted < 0)
        return mounted;
    v->fs.read_only = false;
    v->fs.grouped = !v->plain;
    long error = opened || mounted ? volume_check(v, true) : 0;
    if (error < 0)
        return error;
    v->raw.store.ops->put(&v->raw.store, v->fs.root);
    mounted = cffs_mount(&v->fs, &v->raw.store, VOLUME_NAME, false);
    volume_hint(v);
    return mounted < 0 ? mounted : 0;
}

static inline long volume_close(struct volume *v) {
    long error = cffs_unmount(&v->fs);
    return error < 0 ? error : raw_store_close(&v->raw);
}

static inline long volume_format(struct volume *v) {
    unsigned char page[STORE_BLOCK];
    long error = raw_store_format(&v->disk.disk, page);
    memset(v->memory, 0, raw_store_bytes(v->blocks, v->pages));
    if (error == 0)
        error = raw_store_open(&v->raw, &v->disk.disk, v->memory, v->pages);
    if (error == 0)
        error = cffs_format(&v->raw.store, VOLUME_NAME, 4711, false);
    if (error == 0)
        error = cffs_mount(&v->fs, &v->raw.store, VOLUME_NAME, false);
    volume_hint(v);
    return error < 0 ? error : 0;
}

static inline struct cffs_name name_of(const char *text) {
    return (struct cffs_name){text, strlen(text)};
}

/* Blocks that are allocated, beside the volume's own. */
static inline uint32_t volume_used(const struct volume *v) {
    uint32_t used = 0;
    for (uint32_t b = v->raw.store.first; b < v->blocks; b++)
        used += !store_is_free(&v->raw.store, b);
    return used;
}

/* --- Its calls, as files_model.h wants them --- */

typedef struct cffs_id file_id;
typedef struct cffs_entry file_entry;

static inline file_id fs_root(const struct volume *v) {
    return cffs_root(&v->fs);
}

static inline long fs_lookup(struct volume *v, file_id in, const char *name, file_id *id) {
    return cffs_lookup(&v->fs, in, name_of(name), id, NULL);
}

static inline long fs_make(struct volume *v, file_id in, const char *name, bool is_directory,
                           file_id *id) {
    return is_directory ? cffs_mkdir(&v->fs, in, name_of(name), 0755, id)
                        : cffs_create(&v->fs, in, name_of(name), 0644, id);
}

static inline long fs_remove(struct volume *v, file_id in, const char *name, bool is_directory) {
    return is_directory ? cffs_rmdir(&v->fs, in, name_of(name))
                        : cffs_unlink(&v->fs, in, name_of(name));
}

static inline long fs_rename(struct volume *v, file_id from, const char *name, file_id to,
                             const char *new_name, file_id *now) {
    file_id old;
    return cffs_rename(&v->fs, from, name_of(name), to, name_of(new_name), &old, now ? now : &old);
}

static inline bool fs_is_directory(const file_entry *entry) {
    return entry->kind == CFFS_DIR;
}

static inline long fs_list(struct volume *v, file_id in, uint64_t *place, file_entry *entry) {
    return cffs_list(&v->fs, in, place, entry);
}

static inline long fs_read(struct volume *v, file_id id, uint64_t at, void *into, size_t bytes) {
    return cffs_read(&v->fs, id, at, into, bytes);
}

static inline long fs_write(struct volume *v, file_id id, uint64_t at, const void *from,
                            size_t bytes) {
    return cffs_write(&v->fs, id, at, from, bytes);
}

static inline long fs_truncate(struct volume *v, file_id id, uint64_t size) {
    return cffs_truncate(&v->fs, id, size);
}

static inline long fs_fsync(struct volume *v, file_id id) {
    return cffs_fsync(&v->fs, id);
}

static inline long fs_sync(struct volume *v) {
    return cffs_sync(&v->fs);
}

/* After much work. */
static inline void fs_worked(const struct volume *v) {
    (void)v;
}

#endif
