/* SPDX-License-Identifier: MIT */
/* alfs_volume.h -- a volume in memory with an alfs on it, for tests. */
#ifndef TESTS_UNIT_EXO_DISK_ALFS_VOLUME_H
#define TESTS_UNIT_EXO_DISK_ALFS_VOLUME_H

#include "exo/libos/alfs/alfs.h"
#include "exo/libos/disk/memory_disk.h"
#include "exo/libos/disk/raw_store.h"
#include "lib/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VOLUME_NAME "alfs\0\0\0\0\0\0\0\0\0\0\0"
#ifndef VOLUME_TABLES
#define VOLUME_TABLES 6000 /* files, and extents */
#endif

struct volume {
    uint32_t blocks, pages;
    unsigned char *bytes; /* of the disk */
    void *memory, *tables;
    struct memory_disk disk;
    struct raw_store raw;
    struct alfs fs;
    struct alfs_checking checked;
};

static inline void volume_new(struct volume *v, uint32_t blocks, uint32_t pages) {
    *v = (struct volume){.blocks = blocks, .pages = pages};
    v->bytes = calloc(blocks, STORE_BLOCK);
    v->memory = malloc(raw_store_bytes(blocks, pages));
    v->tables = malloc(alfs_bytes(VOLUME_TABLES, VOLUME_TABLES));
    memory_disk_begin(&v->disk, v->bytes, blocks);
}

static inline void volume_end(struct volume *v) {
    free(v->bytes);
    free(v->memory);
    free(v->tables);
}

static inline long volume_claim(void *owner, uint32_t block, uint32_t count) {
    return raw_store_claim(owner, block, count);
}

static inline long volume_check(struct volume *v, bool repair) {
    raw_store_unclaim(&v->raw);
    v->checked = (struct alfs_checking){.claim = volume_claim, .owner = &v->raw, .repair = repair};
    return alfs_check(&v->fs, &v->checked);
}

static inline long volume_mount(struct volume *v, bool read_only) {
    return alfs_mount(&v->fs, &v->raw.store, VOLUME_NAME, v->tables, VOLUME_TABLES, VOLUME_TABLES,
                      read_only);
}

/* Opens what is on the disk; after a crash it is mended. */
static inline long volume_open(struct volume *v) {
    memset(v->memory, 0, raw_store_bytes(v->blocks, v->pages));
    long opened = raw_store_open(&v->raw, &v->disk.disk, v->memory, v->pages);
    long mounted = opened < 0 ? opened : volume_mount(v, opened > 0);
    if (mounted == 0 && opened > 0)
        mounted = volume_check(v, true);
    v->fs.read_only = false;
    return mounted;
}

static inline long volume_close(struct volume *v) {
    long error = alfs_unmount(&v->fs);
    return error < 0 ? error : raw_store_close(&v->raw);
}

static inline long volume_format(struct volume *v) {
    unsigned char page[STORE_BLOCK];
    long error = raw_store_format(&v->disk.disk, page);
    memset(v->memory, 0, raw_store_bytes(v->blocks, v->pages));
    if (error == 0)
        error = raw_store_open(&v->raw, &v->disk.disk, v->memory, v->pages);
    if (error == 0)
        error = alfs_format(&v->raw.store, VOLUME_NAME, 0, false);
    return error < 0 ? error : volume_mount(v, false);
}

static inline struct alfs_name name_of(const char *text) {
    return (struct alfs_name){text, strlen(text)};
}

/* Blocks that are allocated, beside the volume's own. */
static inline uint32_t volume_used(const struct volume *v) {
    uint32_t used = 0;
    for (uint32_t b = v->raw.store.first; b < v->blocks; b++)
        used += !store_is_free(&v->raw.store, b);
    return used;
}

/* --- Its calls, as files_model.h wants them --- */

typedef struct alfs_id file_id;
typedef struct alfs_entry file_entry;

static inline file_id fs_root(const struct volume *v) {
    (void)v;
    return alfs_root();
}

static inline long fs_lookup(struct volume *v, file_id in, const char *name, file_id *id) {
    return alfs_lookup(&v->fs, in, name_of(name), id);
}

static inline long fs_make(struct volume *v, file_id in, const char *name, bool is_directory,
                           file_id *id) {
    return alfs_create(&v->fs, in, name_of(name), is_directory ? ALFS_DIR : ALFS_FILE, 0644, id);
}

static inline long fs_remove(struct volume *v, file_id in, const char *name, bool is_directory) {
    return alfs_remove(&v->fs, in, name_of(name), is_directory ? ALFS_DIR : ALFS_FILE);
}

static inline long fs_rename(struct volume *v, file_id from, const char *name, file_id to,
                             const char *new_name, file_id *now) {
    long error = alfs_rename(&v->fs, from, name_of(name), to, name_of(new_name));
    return error || now == NULL ? error : alfs_lookup(&v->fs, to, name_of(new_name), now);
}

static inline bool fs_is_directory(const file_entry *entry) {
    return entry->kind == ALFS_DIR;
}

static inline long fs_list(struct volume *v, file_id in, uint64_t *place, file_entry *entry) {
    return alfs_list(&v->fs, in, place, entry);
}

static inline long fs_read(struct volume *v, file_id id, uint64_t at, void *into, size_t bytes) {
    return alfs_read(&v->fs, id, at, into, bytes);
}

static inline long fs_write(struct volume *v, file_id id, uint64_t at, const void *from,
                            size_t bytes) {
    return alfs_write(&v->fs, id, at, from, bytes);
}

static inline long fs_truncate(struct volume *v, file_id id, uint64_t size) {
    return alfs_truncate(&v->fs, id, size);
}

static inline long fs_fsync(struct volume *v, file_id id) {
    return alfs_fsync(&v->fs, id);
}

static inline long fs_sync(struct volume *v) {
    return alfs_sync(&v->fs);
}

/* After much work. */
static inline void fs_worked(const struct volume *v) {
    if (v->fs.log[v->fs.head].number <= v->fs.logs + 4) /* some of its log was given up */
        abort();
}

#endif
