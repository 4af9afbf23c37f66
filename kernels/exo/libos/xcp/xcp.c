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
    long error = slot_get(fs, id, &s);
    if (error < 0)
        return error;
    const uint64_t end = blocks_of(slot_inode(fs, &s)->size);
    for (uint64_t i = 0; error == 0 && i < end; i++) {
        error = map_find(fs, &s, i, false, &spot, &at);
        if (error < 0 || at == 0 || fs->store->ops->cached(fs->store, at))
            continue;
        if (*count < room)
            block[(*count)++] = at;
        else
            error = -E_FULL;
    }
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
    while (index + run < end && map_find(fs, s, index + run, false, &spot, &block) == 0 &&
           block == first->at.block + run && spot.block == first->parent &&
           spot.partition == first->partition)
        run++;
    return run;
}

/* So many blocks from the index-th on get new places, and the frames of these. */
static long rebind(struct cffs *fs, const struct slot *to, uint64_t index, uint64_t size,
                   struct store_child from, uint32_t *count) {
    struct spot spot;
    uint32_t block;
    long error = map_find(fs, to, index, true, &spot, &block);
    if (error == 0 && block != 0)
        return -E_EXISTS;
    long made = error < 0 ? error : file_fill(fs, to, index, spot, *count, size, &block);
    if (made < 0)
        return made;
    *count = (uint32_t)made;
    bool synced = false;
    for (uint32_t done = 0; done < *count;) {
        const uint16_t left = (uint16_t)(*count - done);
        struct store_child source = from;
        const struct store_child target = {
            spot.block, spot.partition, {block + done, left, XN_BYTES, 0}};
        source.at = (struct xn_extent){from.at.block + done, left, XN_BYTES, 0};
        long moved = fs->store->ops->rebind(fs->store, &source, &target);
        if (moved == -E_BUSY && !synced) { /* what is copied is not on the disk itself */
            synced = true;
            moved = store_sync(fs->store, !fs->grouped);
        }
        if (moved < 0)
            return moved;
        done += (uint32_t)moved;
    }
    return 0;
}

static long copy_all(struct cffs *fs, const struct slot *from, const struct slot *to) {
    const uint64_t size = slot_inode(fs, from)->size, end = blocks_of(size);
    uint32_t count = 1;
    long error = 0;
    for (uint64_t i = 0; i < end && error == 0; i += count) {
        struct spot spot;
        uint32_t block;
        count = 1;
        error = map_find(fs, from, i, false, &spot, &block);
        if (error < 0 || block == 0)
            continue;
        struct store_child child = {spot.block, spot.partition, {block, 1, XN_BYTES, 0}};
        count = run_of(fs, from, i, end, &child);
        error = rebind(fs, to, i, size, child, &count);
    }
    return error;
}

static long copy(struct cffs *fs, struct cffs_id from, struct cffs_id to) {
    struct slot in, out;
    long error = slot_get(fs, from, &in);
    if (error < 0)
        return error;
    error = slot_get(fs, to, &out);
    if (error == 0) {
        error = copy_all(fs, &in, &out);
        if (error == 0 && slot_inode(fs, &out)->size != slot_inode(fs, &in)->size)
            error = cffs_truncate(fs, to, slot_inode(fs, &in)->size);
        store_put(fs->store, to.block);
    }
    store_put(fs->store, from.block);
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
            error = copy(fs, file[k].from, file[k].to);
    }
    return error;
}
