/* SPDX-License-Identifier: MIT */
/* cffs_blocks.c -- blocks of metadata; where a file's blocks are: five pointers in its slot, then
 * those of an index, then those of an index of indexes. */
#include "exo/libos/cffs/cffs_own.h"

#include "exo/xn/type/meta.h"

long damaged(struct cffs *fs, uint32_t block, const char *field) {
    fs->damage.block = block;
    fs->damage.field = field;
    return -E_DAMAGED;
}

long meta_get(struct cffs *fs, struct spot owner, uint32_t block, uint8_t type,
              const unsigned char **bytes) {
    if (block < fs->store->first || block >= fs->store->blocks || block == owner.block)
        return damaged(fs, owner.block, "pointer");
    struct store_child child = {owner.block, owner.partition, {block, 1, type, 0}};
    unsigned char *held = NULL;
    long error = store_get(fs->store, &child, 0, STORE_READ, &held);
    *bytes = held;
    return error;
}

long meta_look_far(struct cffs *fs, struct spot owner, uint32_t block, uint8_t type,
                   const unsigned char **bytes) {
    long error = meta_get(fs, owner, block, type, bytes);
    if (error == 0)
        store_put(fs->store, block);
    return error;
}

long meta_begin(struct cffs *fs, uint32_t block, uint8_t type, const struct cffs_head *head) {
    struct cffs_head begun = *head;
    struct edit e;
    long error = 0;
    begun.magic = CFFS_MAGIC;
    begun.block = block;
    if (fs->pointer == sizeof(struct xn_self_pointer)) {
        bool index = type != CFFS_DIRECTORY;
        uint16_t stride = (uint16_t)(index ? CFFS_INDEX_WINDOW : fs->slot);
        struct xn_self_header self = {
            XN_SELF_MAGIC, block,  type, index ? CFFS_INDEX_WINDOW / 16 : CFFS_POINTERS,
            256,           stride, 15};
        const unsigned char *bytes;
        error = meta_look(fs, (struct spot){0, 0, 0}, block, type, &bytes);
        if (error == 0 && head_of(bytes)->magic != CFFS_MAGIC) {
            edit_begin(&e);
            edit_bytes(&e, 0, &self, sizeof self);
            error = edit_write(fs, &e, block, 0);
        }
    }
    if (error < 0)
        return error;
    edit_begin(&e);
    edit_bytes(&e, sizeof begun.self, begun.self + sizeof begun.self,
               sizeof begun - sizeof begun.self);
    return edit_write(fs, &e, block, 0);
}

/* From the pointer at *spot to an index, and what that is, *block, to the index's i-th pointer. */
static long step(struct cffs *fs, struct spot *spot, uint32_t *block, uint8_t type, uint32_t i,
                 uint32_t owner, bool make) {
    const struct spot from = *spot;
    const unsigned char *index;
    if (*block == 0 && make) {
        struct edit e;
        edit_begin(&e);
        long made = edit_alloc(fs, &e, from, from.block, 1, type, owner);
        if (made < 0)
            return made;
        *block = (uint32_t)made;
        long error = meta_begin(fs, *block, type, &(struct cffs_head){.owner = owner});
        if (error < 0)
            return error;
    }
    spot->block = 0;
    if (*block == 0)
        return 0;
    long error = meta_look(fs, from, *block, type, &index);
    if (error < 0)
        return error;
    *spot = index_spot(fs, *block, i);
    *block = pointer_at(index, spot->at);
    return 0;
}

long map_far(struct cffs *fs, const struct slot *s, uint64_t index, bool make, struct spot *spot,
             uint32_t *block) {
    const uint32_t n = index_entries(fs), owner = slot_inode(fs, s)->owner;
    if (index >= fs->limit / STORE_BLOCK)
        return -E_INVALID;
    index -= CFFS_DIRECT;
    *spot = slot_spot(fs, s, index < n ? CFFS_AT_INDEX : CFFS_AT_INDEX2);
    *block = pointer_at(s->bytes, spot->at);
    if (index >= n) {
        index -= n;
        long error = step(fs, spot, block, CFFS_INDEX2, (uint32_t)(index / n), owner, make);
        if (error < 0 || spot->block == 0)
            return error;
    }
    return step(fs, spot, block, CFFS_INDEX, (uint32_t)(index % n), owner, make);
}

/* How many of `most` pointers from there on lead to blocks side by side. */
static uint32_t run_at(const struct cffs *fs, const unsigned char *bytes, uint32_t at,
                       uint32_t most) {
    uint32_t run = 1, first = pointer_at(bytes, at);
    while (run < most && pointer_at(bytes, at + run * fs->pointer) == first + run)
        run++;
    return run;
}

static long cut_data(struct cffs *fs, const unsigned char *bytes, struct spot spot, uint32_t count,
                     uint32_t owner) {
    for (uint32_t i = 0; i < count;) {
        struct spot here = {spot.block, spot.partition, spot.at + i * fs->pointer};
        uint32_t first = pointer_at(bytes, here.at);
        if (first == 0) {
            i++;
            continue;
        }
        uint32_t most = count - i < STORE_RUN ? count - i : STORE_RUN;
        uint32_t run = run_at(fs, bytes, here.at, most);
        struct edit e;
        edit_begin(&e);
        long error = edit_free(fs, &e, here, first, run, XN_BYTES, owner);
        if (error < 0)
            return error;
        i += run;
    }
    return 0;
}

/* Frees what is behind the first `keep` blocks of an index; all of it, with the index, if that is
 * 0. */
static long cut_index(struct cffs *fs, struct spot spot, const unsigned char *above, uint8_t type,
                      uint64_t keep, uint32_t owner) {
    const uint32_t n = index_entries(fs), block = pointer_at(above, spot.at);
    const uint64_t span = type == CFFS_INDEX ? 1 : n;
    if (block == 0 || keep >= n * span)
        return 0;
    const unsigned char *bytes;
    long error = meta_get(fs, spot, block, type, &bytes);
    if (error < 0)
        return error;
    for (uint32_t i = (uint32_t)(keep / span); i < n && error == 0;) {
        struct spot here = index_spot(fs, block, i);
        uint32_t window = CFFS_INDEX_WINDOW / fs->pointer, left = window - i % window;
        if (type == CFFS_INDEX2) {
            error =
                cut_index(fs, here, bytes, CFFS_INDEX, i == keep / span ? keep % span : 0, owner);
            left = 1;
        } else {
            error = cut_data(fs, bytes, here, left, owner);
        }
        i += left;
    }
    store_put(fs->store, block);
    if (error < 0 || keep > 0)
        return error;
    struct edit e;
    edit_begin(&e);
    return edit_free(fs, &e, spot, block, 1, type, owner);
}

long map_cut(struct cffs *fs, const struct slot *s, uint64_t keep) {
    const uint32_t owner = slot_inode(fs, s)->owner, n = index_entries(fs);
    const uint64_t indexed = keep > CFFS_DIRECT ? keep - CFFS_DIRECT : 0;
    long error = cut_index(fs, slot_spot(fs, s, CFFS_AT_INDEX2), s->bytes, CFFS_INDEX2,
                           indexed > n ? indexed - n : 0, owner);
    if (error == 0)
        error =
            cut_index(fs, slot_spot(fs, s, CFFS_AT_INDEX), s->bytes, CFFS_INDEX, indexed, owner);
    if (error == 0 && keep < CFFS_DIRECT)
        error = cut_data(fs, s->bytes, slot_spot(fs, s, (uint32_t)keep),
                         CFFS_DIRECT - (uint32_t)keep, owner);
    return error;
}
