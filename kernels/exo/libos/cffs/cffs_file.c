/* SPDX-License-Identifier: MIT */
/* cffs_file.c -- what a file holds. */
#include "exo/libos/cffs/cffs_own.h"
#include "exo/libos/parts/write_out.h"

enum { SMALL = 8 /* blocks of a file that is read with its group */ };

long slot_get(struct cffs *fs, struct cffs_id id, struct slot *s) {
    long error = slot_look(fs, id, s);
    return error < 0 ? error : block_hold(fs, id.block);
}

long cffs_use(struct cffs *fs, struct cffs_id id) {
    struct slot s;
    long error = id.slot == 0 ? directory_look(fs, id, &s.bytes) : slot_look(fs, id, &s);
    return error < 0 ? error : block_hold(fs, id.block);
}

void cffs_leave(struct cffs *fs, struct cffs_id id) {
    store_put(fs->store, id.block);
}

long cffs_stat(struct cffs *fs, struct cffs_id id, struct cffs_stat *stat) {
    struct slot s;
    const unsigned char *bytes;
    if (id.slot == 0) {
        long error = directory_look(fs, id, &bytes);
        if (error == 0)
            *stat = (struct cffs_stat){
                .owner = head_of(bytes)->owner, .mode = head_of(bytes)->mode, .kind = CFFS_DIR};
        return error;
    }
    long error = slot_look(fs, id, &s);
    if (error < 0)
        return error;
    const struct cffs_inode *inode = slot_inode(fs, &s);
    *stat =
        (struct cffs_stat){inode->size, inode->modified, inode->owner, inode->mode, inode->kind};
    return 0;
}

/* What is likely to be wanted with this block is read with it: a small file's group; of a larger
 * one, if it is read in its order, what follows. */
static void read_along(struct cffs *fs, uint64_t size, uint32_t block) {
    const bool small = size <= SMALL * STORE_BLOCK;
    if (small ? fs->grouped : block == fs->next_read)
        group_fetch(fs->store, small ? block / GROUP * GROUP : block, block);
}

/* The bytes of a block of data, held. */
static long data_get(struct cffs *fs, uint64_t size, struct spot spot, uint32_t block,
                     enum store_use use, unsigned char **bytes) {
    if (block < fs->store->first || block >= fs->store->blocks)
        return damaged(fs, spot.block, "pointer");
    if (use != STORE_NEW && !fs->store->ops->cached(fs->store, block))
        read_along(fs, size, block);
    struct store_child child = {spot.block, spot.partition, {block, 1, XN_BYTES, 0}};
    return store_get(fs->store, &child, 0, use, bytes);
}

/* So many bytes within one block; where there is none they are 0. */
static long read_block(struct cffs *fs, const struct slot *s, uint64_t index, uint32_t at,
                       void *into, uint32_t bytes) {
    struct spot spot;
    uint32_t block;
    const uint64_t size = slot_inode(fs, s)->size;
    long error = map_find(fs, s, index, false, &spot, &block);
    if (error < 0)
        return error;
    if (block == 0) {
        memset(into, 0, bytes);
        return 0;
    }
    const unsigned char *there = fs->store->ops->peek(fs->store, block); /* policies count it */
    if (there == NULL) {
        unsigned char *data;
        error = data_get(fs, size, spot, block, STORE_READ, &data);
        if (error < 0)
            return error;
        store_put(fs->store, block);
        there = data;
    }
    fs->next_read = block + 1;
    memcpy(into, there + at, bytes);
    return 0;
}

long cffs_read(struct cffs *fs, struct cffs_id id, uint64_t at, void *into, size_t bytes) {
    struct slot s;
    size_t done = 0;
    do {
        long error = slot_look(fs, id, &s);
        if (error < 0)
            return error;
        uint64_t size = slot_inode(fs, &s)->size, here = at + done;
        if (size > fs->limit)
            return damaged(fs, s.block, "size");
        if (here >= size)
            break;
        uint32_t in = (uint32_t)(here % STORE_BLOCK);
        uint64_t left = size - here < bytes - done ? size - here : bytes - done;
        uint32_t part = left < STORE_BLOCK - in ? (uint32_t)left : STORE_BLOCK - in;
        error = read_block(fs, &s, here / STORE_BLOCK, in, (char *)into + done, part);
        if (error < 0)
            return error;
        done += part;
    } while (done < bytes);
    return (long)done;
}

/* The file is as long as this, now. */
static void edit_size(struct cffs *fs, struct edit *e, const struct slot *s, uint64_t size) {
    edit_inode(fs, e, s, size, size);
    edit_inode(fs, e, s, modified, fs->store->ops->now(fs->store));
}

static long size_set(struct cffs *fs, const struct slot *s, uint64_t size) {
    struct edit e;
    edit_begin(&e);
    edit_size(fs, &e, s, size);
    return edit_write(&fs->meta, &e, s->block, s->slot);
}

long file_fill(struct cffs *fs, const struct slot *s, uint64_t index, struct spot spot,
               uint32_t most, uint64_t end, uint32_t *block) {
    const struct cffs_inode *inode = slot_inode(fs, s);
    const bool direct = spot.block == s->block;
    const uint32_t window = CFFS_INDEX_WINDOW / fs->pointer;
    uint32_t left = direct ? CFFS_DIRECT - (uint32_t)index
                           : window - (spot.at - CFFS_INDEX_AT) / fs->pointer % window;
    uint32_t count = 1, last = 0, next = 0; /* last: the block before, so that it may follow */
    struct spot other;
    long error = index == 0 ? 0 : map_find(fs, s, index - 1, false, &other, &last);
    while (error == 0 && count < most && count < left && count < STORE_RUN) {
        error = map_find(fs, s, index + count, false, &other, &next);
        if (error < 0 || next != 0)
            break;
        count++;
    }
    if (error < 0)
        return error;
    for (uint32_t near = place_near(fs, s, index, last);; count /= 2) {
        struct edit e;
        edit_begin(&e);
        uint64_t covered = (index + count) * STORE_BLOCK, size = covered < end ? covered : end;
        if (direct && size > inode->size)
            edit_size(fs, &e, s, size);
        long made = edit_alloc(&fs->meta, &e, spot, near, count, XN_BYTES, inode->owner);
        if (made > 0) {
            *block = (uint32_t)made;
            group_took(&fs->groups, directory_of(s), *block, count);
            return count;
        }
        if (count == 1)
            return made;
    }
}

/* So many bytes within one block that the pointer leads to: from there, or zeros. */
static long write_block(struct cffs *fs, const struct slot *s, struct spot spot, uint32_t block,
                        uint32_t at, const void *from, uint32_t bytes, enum store_use use) {
    unsigned char *data;
    long error = data_get(fs, slot_inode(fs, s)->size, spot, block, use, &data);
    if (error < 0)
        return error;
    if (from != NULL)
        memcpy(data + at, from, bytes);
    else
        memset(data + at, 0, bytes);
    store_put(fs->store, block);
    return 0;
}

/* What is behind the end in its block becomes 0 before the file grows over it. */
static long clear_tail(struct cffs *fs, const struct slot *s, uint64_t size) {
    uint32_t in = (uint32_t)(size % STORE_BLOCK), block;
    struct spot spot;
    if (in == 0 || !DEFENDED(CFFS_TAIL))
        return 0;
    long error = map_find(fs, s, size / STORE_BLOCK, false, &spot, &block);
    return error < 0 || block == 0
               ? error
               : write_block(fs, s, spot, block, in, NULL, STORE_BLOCK - in, STORE_WRITE);
}

/* A part of a write, within one block. *fresh: how many blocks from this one on nothing was written
 * to yet since they were allocated. */
static long write_part(struct cffs *fs, const struct slot *s, uint64_t at, const void *from,
                       uint32_t bytes, uint64_t end, uint32_t *fresh) {
    const uint64_t index = at / STORE_BLOCK;
    struct spot spot;
    uint32_t block;
    long error = map_find(fs, s, index, true, &spot, &block);
    if (error == 0 && block == 0) {
        long most = file_fill(fs, s, index, spot, (uint32_t)((end - 1) / STORE_BLOCK - index + 1),
                              end, &block);
        error = most < 0 ? most : 0;
        *fresh = most < 0 ? 0 : (uint32_t)most;
    }
    if (error < 0)
        return error;
    error = write_block(fs, s, spot, block, (uint32_t)(at % STORE_BLOCK), from, bytes,
                        *fresh > 0 ? STORE_NEW : STORE_WRITE);
    *fresh -= *fresh > 0 && error == 0;
    return error;
}

long cffs_write(struct cffs *fs, struct cffs_id id, uint64_t at, const void *from, size_t bytes) {
    struct slot s;
    long error = slot_get(fs, id, &s);
    if (error < 0)
        return error;
    const uint64_t limit = fs->limit, size = slot_inode(fs, &s)->size;
    if (fs->read_only)
        error = -E_READ_ONLY;
    else if (at > limit || bytes > limit - at)
        error = -E_INVALID;
    else if (at + bytes > size)
        error = clear_tail(fs, &s, size);
    size_t done = 0;
    uint32_t fresh = 0;
    while (error == 0 && done < bytes) {
        size_t part = STORE_BLOCK - (at + done) % STORE_BLOCK;
        if (part > bytes - done)
            part = bytes - done;
        error = write_part(fs, &s, at + done, (const char *)from + done, (uint32_t)part, at + bytes,
                           &fresh);
        if (error == 0)
            done += part;
    }
    /* Blocks that nothing was written to would read as what was there before. */
    const uint64_t end = done > 0 && at + done > size ? at + done : size;
    if (fresh > 0)
        (void)map_cut(fs, &s, (end + STORE_BLOCK - 1) / STORE_BLOCK);
    const bool grew = size < end && slot_inode(fs, &s)->size == end;
    if ((done > 0 || error == 0 || fresh > 0) && !grew) {
        long sized = size_set(fs, &s, end);
        error = sized < 0 ? sized : 0;
    }
    store_put(fs->store, s.block);
    return error < 0 && !grew ? error : (long)done;
}

long cffs_truncate(struct cffs *fs, struct cffs_id id, uint64_t size) {
    struct slot s;
    long error = slot_get(fs, id, &s);
    if (error < 0)
        return error;
    const uint64_t old = slot_inode(fs, &s)->size;
    if (fs->read_only)
        error = -E_READ_ONLY;
    else if (size > fs->limit)
        error = -E_INVALID;
    else if (size > old)
        error = clear_tail(fs, &s, old);
    if (error == 0)
        error = size_set(fs, &s, size);
    if (error == 0 && size < old)
        error = map_cut(fs, &s, (size + STORE_BLOCK - 1) / STORE_BLOCK);
    store_put(fs->store, s.block);
    return error;
}

long cffs_block(struct cffs *fs, struct cffs_id id, uint64_t index, struct store_child *child) {
    struct slot s;
    struct spot spot = {0, 0, 0};
    uint32_t block = 0;
    long error = slot_look(fs, id, &s);
    if (error == 0 && index * STORE_BLOCK < slot_inode(fs, &s)->size)
        error = map_find(fs, &s, index, false, &spot, &block);
    *child = (struct store_child){spot.block, spot.partition, {block, block != 0, XN_BYTES, 0}};
    return error;
}

void edit_clear(const struct cffs *fs, struct edit *e, const struct slot *s) {
    struct cffs_inode none = {.generation = slot_inode(fs, s)->generation};
    edit_slot(fs, e, s, &none);
}

/* Whether all that the slot has are blocks of data side by side: so many from the first on. */
static uint32_t only_run(const struct cffs *fs, const struct slot *s) {
    uint32_t run = pointer_run(&fs->meta, s->bytes, slot_spot(fs, s, 0).at, CFFS_DIRECT);
    for (uint32_t i = run; i < CFFS_POINTERS; i++)
        if (pointer_at(s->bytes, slot_spot(fs, s, i).at) != 0)
            return 0;
    return run;
}

long file_remove(struct cffs *fs, const struct slot *s) {
    struct edit e;
    const struct spot spot = slot_spot(fs, s, 0);
    const uint32_t run = only_run(fs, s);
    long error = run > 0 ? 0 : map_cut(fs, s, 0);
    edit_begin(&e);
    edit_clear(fs, &e, s);
    if (error < 0)
        return error;
    return run > 0 ? edit_free(&fs->meta, &e, spot, pointer_at(s->bytes, spot.at), run, XN_BYTES,
                               slot_inode(fs, s)->owner)
                   : edit_write(&fs->meta, &e, s->block, s->slot);
}

/* The file's blocks are with the disk. */
static long write_out(struct cffs *fs, struct slot *s) {
    struct write_out w;
    const uint64_t end = (slot_inode(fs, s)->size + STORE_BLOCK - 1) / STORE_BLOCK;
    long error = 0;
    write_out_begin(&w, fs->store, !fs->grouped);
    for (uint64_t i = 0; i < end && error == 0; i++) {
        struct spot spot;
        uint32_t block;
        error = map_find(fs, s, i, false, &spot, &block);
        if (error == 0 && block != 0)
            error = write_out_add(&w, block);
    }
    return error < 0 ? error : write_out_end(&w);
}

long cffs_fsync(struct cffs *fs, struct cffs_id id) {
    struct slot s;
    long error = slot_get(fs, id, &s);
    if (error < 0)
        return error;
    bool small = slot_inode(fs, &s)->size <= CFFS_DIRECT * STORE_BLOCK;
    error = DEFENDED(CFFS_FSYNC_DATA) ? write_out(fs, &s) : 0;
    if (error == 0 && DEFENDED(CFFS_FSYNC_FLUSH))
        error = fs->store->ops->flush(fs->store);
    store_put(fs->store, s.block);
    if (error < 0)
        return error;
    /* The order of its indexes is the store's business, and so is that of a name elsewhere. */
    return small && !fs->plain ? write_out_path(fs->store, id.block, !fs->grouped)
                               : store_sync(fs->store, !fs->grouped);
}
