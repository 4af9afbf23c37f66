/* SPDX-License-Identifier: MIT */
/* cffs_mount.c -- a file system begins and ends. */
#include "exo/libos/cffs/cffs_own.h"

static void layout(struct cffs *fs, struct store *store) {
    *fs = (struct cffs){.store = store, .grouped = true, .groups.cursor = store->first};
    fs->pointer = store->pointer_bytes;
    fs->slot = fs->pointer == 16 ? 256 : 128;
    fs->inode_at = CFFS_POINTERS * fs->pointer;
    fs->slots = STORE_BLOCK / fs->slot - 2;
    const uint64_t n = index_entries(&cffs_index, fs->pointer);
    fs->limit = (CFFS_DIRECT + n + n * n) * STORE_BLOCK;
}

long cffs_format(struct store *store, const char name[16], uint32_t seed, bool temporary) {
    struct cffs fs;
    layout(&fs, store);
    const long block = store_root(store, name, CFFS_DIRECTORY, temporary);
    if (block < 0)
        return block;
    struct cffs_head head = {.generation = 1,
                             .parent = (uint32_t)block,
                             .mode = 0777,
                             .clean = 1,
                             .seed = seed,
                             .next_generation = 1};
    long error = meta_begin(&fs, (uint32_t)block, CFFS_DIRECTORY, &head);
    store_put(store, (uint32_t)block);
    return error < 0 ? error : store_sync(store, false);
}

static long clean_set(struct cffs *fs, uint32_t clean) {
    struct edit e;
    edit_begin(&e);
    edit_bytes(&e, HEAD_AT(clean), &clean, sizeof clean);
    edit_bytes(&e, HEAD_AT(next_generation), &fs->generation_end, sizeof clean);
    long error = edit_write(&fs->meta, &e, fs->root, 0);
    return error < 0 ? error : store_sync(fs->store, false);
}

long cffs_mount(struct cffs *fs, struct store *store, const char name[16], bool read_only) {
    layout(fs, store);
    struct store_child child;
    unsigned char *bytes = NULL;
    long error = store->ops->root(store, name, &child);
    if (error == 0)
        error = store_get(store, &child, 0, STORE_READ, &bytes);
    if (error < 0)
        return error;
    const struct cffs_head *head = head_of(bytes);
    fs->root = child.at.block;
    fs->read_only = read_only;
    fs->seed = head->seed;
    fs->generation = fs->generation_end = head->next_generation;
    bool clean = head->clean == 1;
    if (head->magic != CFFS_MAGIC || child.at.type != CFFS_DIRECTORY)
        error = damaged(fs, fs->root, "magic");
    else if (head->level != 0 || head->parent != fs->root)
        error = damaged(fs, fs->root, "parent");
    if (error == 0)
        error = quota_load(fs);
    if (error == 0 && !read_only)
        error = clean_set(fs, 0);
    if (error < 0) {
        store_put(store, fs->root);
        return error;
    }
    return clean ? 0 : 1;
}

long cffs_sync(struct cffs *fs) {
    if (fs->read_only)
        return 0;
    long error = quota_store(fs);
    return error < 0 ? error : store_sync(fs->store, !fs->grouped);
}

long cffs_unmount(struct cffs *fs) {
    long error = cffs_sync(fs);
    fs->generation_end = fs->generation;
    if (error == 0 && !fs->read_only)
        error = clean_set(fs, 1);
    if (error == 0)
        store_put(fs->store, fs->root);
    return error;
}

struct cffs_id cffs_root(const struct cffs *fs) {
    return (struct cffs_id){fs->root, 0, 1};
}
