/* SPDX-License-Identifier: MIT */
/* cffs_file.c -- what a file holds. */
#include "exo/libos/cffs/cffs_own.h"

enum { GROUP = 16, SMALL = 8 /* blocks of a file that is read with its group */ };

long slot_get(struct cffs *fs, struct cffs_id id, struct slot *s) {
    struct spot none = {0, 0, 0};
    if (id.slot == 0)
        return -E_PERM;
    if (id.slot > fs->slots)
        return -E_INVALID;
    *s = (struct slot){id.block, id.slot, NULL};
    long error = meta_get(fs, none, id.block, CFFS_DIRECTORY, &s->bytes);
    if (error < 0)
        return error;
    const struct cffs_inode *inode = slot_inode(fs, s);
    if (head_of(s->bytes)->magic == CFFS_MAGIC && inode->kind == CFFS_FILE &&
        inode->generation == id.generation)
        return 0;
    store_put(fs->store, id.block);
    return -E_NOT_FOUND;
}

void slot_put(struct cffs *fs, struct slot *s) {
    store_put(fs->store, s->block);
}

long cffs_use(struct cffs *fs, struct cffs_id id) {
    struct slot s;
    unsigned char *bytes;
    return id.slot == 0 ? directory_get(fs, id, &bytes) : slot_get(fs, id, &s);
}

void cffs_leave(struct cffs *fs, struct cffs_id id) {
    store_put(fs->store, id.block);
}

long cffs_stat(struct cffs *fs, struct cffs_id id, struct cffs_stat *stat) {
    struct slot s;
    unsigned char *bytes;
    long error = id.slot == 0 ? directory_get(fs, id, &bytes) : slot_get(fs, id, &s);
    if (error < 0)
        return error;
    if (id.slot == 0) {
        *stat = (struct cffs_stat){
            .owner = head_of(bytes)->owner, .mode = head_of(bytes)->mode, .kind = CFFS_DIR};
    } else {
        const struct cffs_inode *inode = slot_inode(fs, &s);
        *stat = (struct cffs_stat){inode->size, inode->modified, inode->owner, inode->mode,
                                   inode->kind};
    }
    store_put(fs->store, id.block);
    return 0;
}

/* What is likely to be wanted with this block is read with it: a small file's group; of a larger
 * one what follows. */
static void read_along(struct cffs *fs, const struct cffs_inode *inode, uint32_t block) {
    uint32_t from = block, end;
    if (inode->size <= SMALL * STORE_BLOCK) {
        if (!fs->grouped)
            return;
        from = block / GROUP * GROUP;
    }
    end = from + GROUP < fs->store->blocks ? from + GROUP : fs->store->blocks;
    while (from < block && (from < fs->store->first || store_is_free(fs->store, from)))
        from++;
    uint32_t count = 0;
    while (from + count < end && !store_is_free(fs->store, from + count))
        count++;
    if (from + count <= block) { /* a gap before it: by itself */
        from = block;
        count = 1;
    }
    fs->store->ops->fetch(fs->store, from, count);
}

/* The bytes of a block of data, held. */
static long data_get(struct cffs *fs, const struct cffs_inode *inode, struct spot spot,
                     uint32_t block, enum store_use use, unsigned char **bytes) {
    if (block < fs->store->first || block >= fs->store->blocks)
        return damaged(fs, spot.block, "pointer");
    if (use != STORE_NEW && !fs->store->ops->cached(fs->store, block))
        read_along(fs, inode, block);
    struct store_child child = {spot.block, spot.partition, {block, 1, XN_BYTES, 0}};
    return store_get(fs->store, &child, 0, use, bytes);
}

/* So many bytes within one block; where there is none they are 0. */
static long read_block(struct cffs *fs, const struct slot *s, uint64_t index, uint32_t at,
                       void *into, uint32_t bytes) {
    struct spot spot;
    unsigned char *meta, *data;
    long error = map_find(fs, s, index, false, &spot, &meta);
    if (error < 0)
        return error;
    uint32_t block = spot.block ? pointer_at(meta, spot.at) : 0;
    if (block == 0) {
        memset(into, 0, bytes);
    } else {
        error = data_get(fs, slot_inode(fs, s), spot, block, STORE_READ, &data);
        if (error == 0) {
            memcpy(into, data + at, bytes);
            store_put(fs->store, block);
        }
    }
    if (spot.block)
        store_put(fs->store, spot.block);
    return error;
}

long cffs_read(struct cffs *fs, struct cffs_id id, uint64_t at, void *into, size_t bytes) {
    struct slot s;
    long error = slot_get(fs, id, &s);
    if (error < 0)
        return error;
    uint64_t size = slot_inode(fs, &s)->size;
    if (size > map_limit(fs) * STORE_BLOCK)
        error = damaged(fs, s.block, "size");
    size_t count = at >= size ? 0 : size - at < bytes ? size - at : bytes, done = 0;
    while (done < count && error == 0) {
        uint32_t in = (uint32_t)((at + done) % STORE_BLOCK), part = STORE_BLOCK - in;
        if (part > count - done)
            part = (uint32_t)(count - done);
        error = read_block(fs, &s, (at + done) / STORE_BLOCK, in, (char *)into + done, part);
        done += part;
    }
    slot_put(fs, &s);
    return error < 0 ? error : (long)count;
}

/* Blocks for these pointers, which are 0, as many of `most` as lie side by side. How many. */
static long fill(struct cffs *fs, struct slot *s, uint64_t index, struct spot spot,
                 const unsigned char *meta, uint32_t most) {
    const struct cffs_inode *inode = slot_inode(fs, s);
    const bool direct = spot.block == s->block;
    const uint32_t window = CFFS_INDEX_WINDOW / fs->pointer;
    uint32_t left = direct ? CFFS_DIRECT - (uint32_t)index
                           : window - (spot.at - CFFS_INDEX_AT) / fs->pointer % window;
    uint32_t count = 0, before = 0;
    while (count < most && count < left && pointer_at(meta, spot.at + count * fs->pointer) == 0)
        count++;
    if (direct && index > 0)
        before = pointer_at(meta, spot.at - fs->pointer);
    else if (!direct && spot.at > CFFS_INDEX_AT)
        before = pointer_at(meta, spot.at - fs->pointer);
    else if (index > 0)
        before = pointer_at(s->bytes, slot_spot(fs, s, CFFS_DIRECT - 1).at);
    uint32_t near = place_near(fs, s, index, before);
    for (;; count /= 2) {
        struct edit e;
        edit_begin(&e);
        long made = edit_alloc(fs, &e, spot, near, count, XN_BYTES, inode->owner);
        if (made > 0) {
            place_took(fs, s, (uint32_t)made, count);
            return count;
        }
        if (count == 1)
            return made;
    }
}

/* So many bytes within one block; `fresh`: it has just been allocated. */
static long write_block(struct cffs *fs, const struct slot *s, uint64_t index, uint32_t at,
                        const void *from, uint32_t bytes, bool fresh) {
    struct spot spot;
    unsigned char *meta, *data;
    long error = map_find(fs, s, index, false, &spot, &meta);
    if (error < 0)
        return error;
    uint32_t block = pointer_at(meta, spot.at);
    error = data_get(fs, slot_inode(fs, s), spot, block, fresh ? STORE_NEW : STORE_WRITE, &data);
    if (error == 0) {
        if (from != NULL)
            memcpy(data + at, from, bytes);
        else
            memset(data + at, 0, bytes);
        store_put(fs->store, block);
    }
    store_put(fs->store, spot.block);
    return error;
}

static long size_set(struct cffs *fs, struct slot *s, uint64_t size) {
    struct edit e;
    edit_begin(&e);
    edit_inode(fs, &e, s, size, size);
    edit_inode(fs, &e, s, modified, fs->store->ops->now(fs->store));
    return edit_write(fs, &e, s->block, s->slot);
}

/* What is behind the end in its block becomes 0 before the file grows over it. */
static long clear_tail(struct cffs *fs, const struct slot *s, uint64_t size) {
    uint32_t in = (uint32_t)(size % STORE_BLOCK);
    struct spot spot;
    unsigned char *meta;
    if (in == 0)
        return 0;
    long error = map_find(fs, s, size / STORE_BLOCK, false, &spot, &meta);
    if (error < 0 || spot.block == 0)
        return error;
    uint32_t block = pointer_at(meta, spot.at);
    store_put(fs->store, spot.block);
    return block == 0 ? 0
                      : write_block(fs, s, size / STORE_BLOCK, in, NULL, STORE_BLOCK - in, false);
}

/* Blocks from `index` on for `most` blocks to be written: *fresh of them are new. */
static long prepare(struct cffs *fs, struct slot *s, uint64_t index, uint32_t most,
                    uint32_t *fresh) {
    struct spot spot;
    unsigned char *meta;
    long error = map_find(fs, s, index, true, &spot, &meta);
    *fresh = 0;
    if (error < 0)
        return error;
    if (pointer_at(meta, spot.at) == 0) {
        error = fill(fs, s, index, spot, meta, most);
        if (error > 0)
            *fresh = (uint32_t)error;
    }
    store_put(fs->store, spot.block);
    return error < 0 ? error : 0;
}

long cffs_write(struct cffs *fs, struct cffs_id id, uint64_t at, const void *from, size_t bytes) {
    struct slot s;
    long error = slot_get(fs, id, &s);
    if (error < 0)
        return error;
    const uint64_t limit = map_limit(fs) * STORE_BLOCK;
    uint64_t size = slot_inode(fs, &s)->size;
    if (fs->read_only)
        error = -E_READ_ONLY;
    else if (at > limit || bytes > limit - at)
        error = -E_INVALID;
    else if (at + bytes > size)
        error = clear_tail(fs, &s, size);
    size_t done = 0;
    uint32_t fresh = 0;
    while (error == 0 && done < bytes) {
        uint32_t in = (uint32_t)((at + done) % STORE_BLOCK), part = STORE_BLOCK - in;
        uint64_t index = (at + done) / STORE_BLOCK;
        if (part > bytes - done)
            part = (uint32_t)(bytes - done);
        if (fresh == 0)
            error =
                prepare(fs, &s, index,
                        (uint32_t)((in + bytes - done + STORE_BLOCK - 1) / STORE_BLOCK), &fresh);
        bool is_new = fresh > 0;
        fresh -= is_new;
        if (error == 0)
            error = write_block(fs, &s, index, in, (const char *)from + done, part, is_new);
        if (error == 0)
            done += part;
    }
    /* Blocks that nothing was written to would read as what was there before. */
    uint64_t end = at + done > size ? at + done : size;
    if (fresh > 0)
        (void)map_cut(fs, &s, (end + STORE_BLOCK - 1) / STORE_BLOCK);
    if (done > 0 || error == 0) {
        long sized = size_set(fs, &s, bytes == 0 ? size : end);
        error = sized < 0 ? sized : 0;
    }
    slot_put(fs, &s);
    return error < 0 ? error : (long)done;
}

long cffs_truncate(struct cffs *fs, struct cffs_id id, uint64_t size) {
    struct slot s;
    long error = slot_get(fs, id, &s);
    if (error < 0)
        return error;
    const uint64_t old = slot_inode(fs, &s)->size;
    if (fs->read_only)
        error = -E_READ_ONLY;
    else if (size > map_limit(fs) * STORE_BLOCK)
        error = -E_INVALID;
    else if (size > old)
        error = clear_tail(fs, &s, old);
    if (error == 0)
        error = size_set(fs, &s, size);
    if (error == 0 && size < old)
        error = map_cut(fs, &s, (size + STORE_BLOCK - 1) / STORE_BLOCK);
    slot_put(fs, &s);
    return error;
}

long cffs_block(struct cffs *fs, struct cffs_id id, uint64_t index, struct store_child *child) {
    struct slot s;
    struct spot spot;
    unsigned char *meta;
    long error = slot_get(fs, id, &s);
    if (error < 0)
        return error;
    *child = (struct store_child){.parent = 0};
    if (index * STORE_BLOCK < slot_inode(fs, &s)->size) {
        error = map_find(fs, &s, index, false, &spot, &meta);
        if (error == 0 && spot.block != 0) {
            uint32_t block = pointer_at(meta, spot.at);
            *child =
                (struct store_child){spot.block, spot.partition, {block, block != 0, XN_BYTES, 0}};
            store_put(fs->store, spot.block);
        }
    }
    slot_put(fs, &s);
    return error;
}

enum { BATCH = 64 };

/* The file's blocks are with the disk. */
static long write_out(struct cffs *fs, struct slot *s) {
    uint32_t blocks[BATCH], count = 0;
    const uint64_t end = (slot_inode(fs, s)->size + STORE_BLOCK - 1) / STORE_BLOCK;
    long error = 0;
    for (uint64_t i = 0; i < end && error >= 0; i++) {
        struct spot spot;
        unsigned char *meta;
        error = map_find(fs, s, i, false, &spot, &meta);
        if (error < 0 || spot.block == 0)
            continue;
        uint32_t block = pointer_at(meta, spot.at);
        store_put(fs->store, spot.block);
        if (block != 0)
            blocks[count++] = block;
        if (count == BATCH) {
            error = fs->store->ops->writeback(fs->store, blocks, count, !fs->grouped);
            count = 0;
        }
    }
    if (error >= 0 && count > 0)
        error = fs->store->ops->writeback(fs->store, blocks, count, !fs->grouped);
    return error;
}

long cffs_fsync(struct cffs *fs, struct cffs_id id) {
    struct slot s;
    long error = slot_get(fs, id, &s);
    if (error < 0)
        return error;
    bool small = slot_inode(fs, &s)->size <= CFFS_DIRECT * STORE_BLOCK;
    error = write_out(fs, &s);
    if (error >= 0)
        error = fs->store->ops->flush(fs->store);
    slot_put(fs, &s);
    if (error < 0)
        return error;
    if (!small) /* its indexes' order is the store's business */
        return store_sync(fs->store, !fs->grouped);
    /* The name's block, and those above it while they are not on the disk either. */
    for (uint32_t block = id.block, depth = 0; block != 0 && depth < 4096; depth++) {
        uint32_t dirty, one = block;
        if (fs->store->ops->dirty(fs->store, block, &dirty, 1) == 1 && dirty == block) {
            long left = fs->store->ops->writeback(fs->store, &one, 1, true);
            if (left > 0)
                return store_sync(fs->store, !fs->grouped);
            error = left < 0 ? left : fs->store->ops->flush(fs->store);
            if (error < 0)
                return error;
        }
        block = fs->store->ops->parent(fs->store, block);
    }
    return 0;
}
