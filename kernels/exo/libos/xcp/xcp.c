/* SPDX-License-Identifier: MIT */
/* xcp.c -- see xcp.h. */
#include "exo/libos/xcp/xcp.h"

#include "exo/libos/cffs/cffs_own.h"

/* --- In core, in the disk's order --- */

static uint64_t blocks_of(uint64_t size) {
    return (size + STORE_BLOCK - 1) / STORE_BLOCK;
}

/* Those of the file's blocks that are not in core; -E_FULL: there is no room for all of them. */
static long note(struct cffs *fs, struct cffs_id id, uint32_t *block, uint32_t *count,
                 uint32_t room) {
    struct slot s;
    struct spot spot;
    uint32_t at;
    long error = slot_look(fs, id, &s);
    if (error < 0)
        return error;
    const uint64_t end = blocks_of(slot_inode(fs, &s)->size);
    const bool far = end > CFFS_DIRECT; /* its indexes may have to be read */
    if (far)
        error = slot_get(fs, id, &s);
    if (error < 0)
        return error;
    for (uint64_t i = 0; error == 0 && i < end; i++) {
        error = map_find(fs, &s, i, false, &spot, &at);
        if (error < 0 || at == 0 || fs->store->ops->cached(fs->store, at))
            continue;
        if (*count < room)
            block[(*count)++] = at;
        else
            error = -E_FULL;
    }
    if (far)
        store_put(fs->store, id.block);
    return error;
}

static void read_sorted(struct cffs *fs, uint32_t *block, uint32_t count) {
    store_sort(block, count);
    for (uint32_t i = 0, run; i < count; i += run) {
        for (run = 1; i + run < count && block[i + run] == block[i] + run;)
            run++;
        fs->store->ops->fetch(fs->store, block[i], run);
    }
}

/* --- From file to file --- */

/* How many of the file's blocks from the index-th on, which lies there, lie side by side, and hang
 * in one partition. */
static uint32_t run_of(struct cffs *fs, const struct slot *s, uint64_t index, uint64_t end,
                       const struct store_child *first) {
    struct spot spot;
    uint32_t run = 1, block;
    while (index + run < CFFS_DIRECT && index + run < end && first->parent == s->block &&
           pointer_at(s->bytes, slot_spot(fs, s, (uint32_t)index + run).at) ==
               first->at.block + run)
        run++;
    while (index + run < end && map_find(fs, s, index + run, false, &spot, &block) == 0 &&
           block == first->at.block + run && spot.block == first->parent &&
           spot.partition == first->partition)
        run++;
    return run;
}

/* A file that is copied. */
struct copying {
    struct cffs *fs;
    struct slot in, out;
    uint64_t size;
    uint32_t first; /* of the source's blocks, from the beginning: side by side */
    uint32_t given; /* of the copy's: came with its name, side by side, and hold what was there */
};

/* Where so many blocks from the index-th on go. How many; the first of them. */
static long place(const struct copying *c, uint64_t index, uint32_t most, struct spot *spot,
                  uint32_t *block) {
    long error = map_find(c->fs, &c->out, index, true, spot, block);
    if (error < 0)
        return error;
    if (*block == 0)
        return file_fill(c->fs, &c->out, index, *spot, most, c->size, block);
    if (index >= c->given)
        return -E_EXISTS;
    return most < c->given - index ? most : (long)(c->given - index);
}

/* So many blocks from the index-th on get new places, and the frames of these. */
static long rebind(const struct copying *c, uint64_t index, struct store_child from,
                   uint32_t *count) {
    struct store *store = c->fs->store;
    struct spot spot;
    uint32_t block;
    long placed = place(c, index, *count, &spot, &block);
    if (placed < 0)
        return placed;
    *count = (uint32_t)placed;
    bool synced = false;
    for (uint32_t done = 0; done < *count;) {
        const uint16_t left = (uint16_t)(*count - done);
        struct store_child source = from;
        const struct store_child target = {
            spot.block, spot.partition, {block + done, left, XN_BYTES, 0}};
        source.at = (struct xn_extent){from.at.block + done, left, XN_BYTES, 0};
        long moved = store->ops->rebind(store, &source, &target);
        if (moved == -E_BUSY && !synced) { /* what is copied is not on the disk itself */
            synced = true;
            moved = store_sync(store, !c->fs->grouped);
        }
        if (moved < 0)
            return moved;
        done += (uint32_t)moved;
    }
    return 0;
}

/* The source's block, and how many lie side by side from there on; 0: a hole. */
static long source_run(const struct copying *c, uint64_t index, struct store_child *child,
                       uint32_t *run) {
    struct spot spot;
    uint32_t block;
    long error = map_find(c->fs, &c->in, index, false, &spot, &block);
    if (error < 0)
        return error;
    *child = (struct store_child){spot.block, spot.partition, {block, 1, XN_BYTES, 0}};
    *run = block == 0                    ? 0
           : index == 0 && c->first != 0 ? c->first
                                         : run_of(c->fs, &c->in, index, blocks_of(c->size), child);
    return 0;
}

/* *copied: how many blocks are. */
static long copy_all(const struct copying *c, uint64_t *copied) {
    for (uint64_t end = blocks_of(c->size); *copied < end;) {
        struct store_child child;
        uint32_t run;
        long error = source_run(c, *copied, &child, &run);
        if (error == 0 && run > 0)
            error = rebind(c, *copied, child, &run);
        if (error < 0)
            return error;
        *copied += run > 0 ? run : 1;
    }
    return 0;
}

/* The copy gets its name, with as many blocks as the source has at its beginning. */
static long make(struct copying *c, const struct xcp_file *file, struct cffs_id *to) {
    struct store_child child;
    long error = c->size > 0 ? source_run(c, 0, &child, &c->first) : 0;
    const uint64_t size = c->first * (uint64_t)STORE_BLOCK;
    return error < 0
               ? error
               : cffs_create_filled(c->fs, file->in, file->name, slot_inode(c->fs, &c->in)->mode,
                                    size < c->size ? size : c->size, to);
}

/* The copy, which is held, gets the source's blocks; where that fails it ends there, since nobody
 * is to read what its blocks held before. */
static long fill(const struct copying *c, struct cffs_id to) {
    uint64_t copied = 0;
    long error = copy_all(c, &copied);
    const uint64_t end = error == 0 ? c->size : copied * STORE_BLOCK;
    const uint64_t size = slot_inode(c->fs, &c->out)->size;
    if (size == end || (error < 0 && size < end))
        return error;
    long cut = cffs_truncate(c->fs, to, end);
    return error < 0 ? error : cut;
}

static long copy(struct cffs *fs, const struct xcp_file *file) {
    struct copying c = {.fs = fs};
    struct cffs_id to = file->to;
    const bool made = file->name.at != NULL;
    long error = slot_get(fs, file->from, &c.in);
    if (error < 0)
        return error;
    c.size = slot_inode(fs, &c.in)->size;
    if (made)
        error = make(&c, file, &to);
    if (error == 0)
        error = slot_get(fs, to, &c.out);
    if (error == 0) {
        c.given = made ? (uint32_t)blocks_of(slot_inode(fs, &c.out)->size) : 0;
        error = fill(&c, to);
        store_put(fs->store, to.block);
    }
    store_put(fs->store, file->from.block);
    return error;
}

long xcp_files(struct cffs *fs, const struct xcp_file *file, uint32_t files, uint32_t *memory,
               uint32_t room) {
    long error = 0;
    for (uint32_t i = 0, end; i < files && error == 0; i = end) {
        uint32_t count = 0;
        for (end = i; end < files && error == 0; end++) {
            uint32_t before = count;
            error = note(fs, file[end].from, memory, &count, room);
            if (error == -E_FULL && end > i) { /* the next turn's */
                error = 0;
                count = before;
                break;
            }
        }
        if (error == -E_FULL) /* one file alone, of which the rest is read as it is met */
            error = 0;
        read_sorted(fs, memory, count);
        for (uint32_t k = i; k < end && error == 0; k++)
            error = copy(fs, &file[k]);
    }
    return error;
}

long xcp_sync(struct cffs *fs) {
    long error = quota_store(fs);
    return error < 0 ? error : store_sync(fs->store, false);
}
