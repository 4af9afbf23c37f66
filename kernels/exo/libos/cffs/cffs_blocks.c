/* SPDX-License-Identifier: MIT */
/* cffs_blocks.c -- blocks of metadata; where a file's blocks are: five pointers in its slot, then
 * those of an index, then those of an index of indexes; and where new ones go. With grouping, the
 * small files of a directory take the next blocks of its group, one after the other. Without, each
 * file begins at a place of its own in the directory's part of the disk, as it did in file systems
 * that leave room for each file to grow. */
#include "exo/libos/cffs/cffs_own.h"

#include "exo/xn/type/meta.h"

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
        error = meta_look(&fs->meta, (struct spot){0, 0, 0}, block, type, &bytes);
        if (error == 0 && head_of(bytes)->magic != CFFS_MAGIC) {
            edit_begin(&e);
            edit_bytes(&e, 0, &self, sizeof self);
            error = edit_write(&fs->meta, &e, block, 0);
        }
    }
    if (error < 0)
        return error;
    edit_begin(&e);
    edit_bytes(&e, sizeof begun.self, begun.self + sizeof begun.self,
               sizeof begun - sizeof begun.self);
    return edit_write(&fs->meta, &e, block, 0);
}

static long index_begin(struct meta *m, uint32_t block, uint8_t type, uint32_t owner) {
    return meta_begin((struct cffs *)m, block, type, &(struct cffs_head){.owner = owner});
}

const struct index_kind cffs_index = {
    {CFFS_INDEX, CFFS_INDEX2}, CFFS_INDEX_AT, CFFS_INDEX_WINDOW, index_begin};

long map_far(struct cffs *fs, const struct slot *s, uint64_t index, bool make, struct spot *spot,
             uint32_t *block) {
    const uint32_t n = index_entries(&cffs_index, fs->pointer);
    if (index >= fs->limit / STORE_BLOCK)
        return -E_INVALID;
    index -= CFFS_DIRECT;
    const unsigned level = index >= n;
    *spot = slot_spot(fs, s, level ? CFFS_AT_INDEX2 : CFFS_AT_INDEX);
    *block = pointer_at(s->bytes, spot->at);
    return index_find(&fs->meta, &cffs_index, level, level ? index - n : index,
                      slot_inode(fs, s)->owner, make, spot, block);
}

long map_cut(struct cffs *fs, const struct slot *s, uint64_t keep) {
    const uint32_t owner = slot_inode(fs, s)->owner, n = index_entries(&cffs_index, fs->pointer);
    const uint64_t indexed = keep > CFFS_DIRECT ? keep - CFFS_DIRECT : 0;
    long error = index_cut(&fs->meta, &cffs_index, 1, slot_spot(fs, s, CFFS_AT_INDEX2), s->bytes,
                           indexed > n ? indexed - n : 0, owner);
    if (error == 0)
        error = index_cut(&fs->meta, &cffs_index, 0, slot_spot(fs, s, CFFS_AT_INDEX), s->bytes,
                          indexed, owner);
    if (error == 0 && keep < CFFS_DIRECT)
        error = index_cut_data(&fs->meta, s->bytes, slot_spot(fs, s, (uint32_t)keep),
                               CFFS_DIRECT - (uint32_t)keep, owner);
    return error;
}

uint32_t place_near(struct cffs *fs, const struct slot *s, uint64_t index, uint32_t before) {
    enum { PART = 2048 }; /* blocks of a part of the disk */
    if (index > 0 && before != 0)
        return before + 1;
    const uint32_t directory = directory_of(s);
    return fs->grouped
               ? group_next(&fs->groups, fs->store, directory)
               : directory / PART * PART + slot_inode(fs, s)->generation * 2654435761u % PART;
}
