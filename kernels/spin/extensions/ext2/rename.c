/* SPDX-License-Identifier: MIT */
/* rename.c -- a file or directory gets another name. The volume's name is set to each of the two in
 * turn by who has both (ext2.bpf.c). */
#include "naming.h"

/* The new name, which is the volume's, leads to the file from now on; gives the inode that had it,
 * or 0. */
long ext2_rename_to(struct volume *v, uint32_t directory, uint32_t inode) {
    struct ext2_volume *s = ext2_of(v);
    uint32_t mode = ext2_inode_mode(v, inode);
    long had = ext2_find(v, directory), r;
    s->grown = 0;
    if (had == -E_NOT_FOUND) {
        r = ext2_enter(v, directory, inode, entry_type(mode));
        return r ? r : 0;
    }
    if (had < 0 || had == inode)
        return had;
    if ((ext2_inode_mode(v, (uint32_t)had) & EXT2_KIND) == EXT2_DIRECTORY)
        return -E_EXISTS;
    uint32_t block = s->found.block;
    r = ext2_inode_links(v, (uint32_t)had, -1);
    if (r >= 0)
        r = ext2_inode_first(v, (uint32_t)had, block);
    if (r >= 0)
        r = ext2_entry_set(v, directory, inode, entry_type(mode));
    s->room.block = block;
    return r ? r : had;
}

/* The old name, which is the volume's, goes: `made` is the block that has the new one. Where its
 * directory has grown, or is not on the disk, all of it must be there first. */
long ext2_rename_from(struct volume *v, uint32_t directory, uint32_t to, uint32_t made) {
    struct ext2_volume *s = ext2_of(v);
    long r = ext2_find(v, directory);
    if (r < 0)
        return r;
    if (!DEFENDED(NEW_NAME_FIRST))
        return ext2_leave(v, directory);
    if (s->grown && (r = block_sync(v)))
        return r;
    if (made != s->found.block && (r = block_order(v, made, s->found.block)))
        return r;
    if (to != directory && (r = block_order(v, inode_block(v, to), s->found.block)))
        return r;
    return ext2_leave(v, directory);
}

/* The name at `at` becomes the volume's: in its place, or where there is room in the block. */
static inline long name_swap(struct block *b, struct ext2_volume *s, uint32_t at, uint32_t before) {
    struct ext2_entry e = entry_in(b, at);
    if (EXT2_ENTRY_BYTES(s->name.bytes) <= e.bytes) {
        e.length = (uint8_t)s->name.bytes;
        entry_set(b, at, e);
        name_put(s, b, at);
        return 0;
    }
    if (!s->room.block)
        return -E_FULL;
    uint32_t made = entry_put(s, b, e.inode, EXT2_ENTRY_DIRECTORY);
    if (before != at && before == s->room.at)
        before = made; /* the new one is between them */
    entry_take(b, at, before);
    return 0;
}

/* A directory's name, at `at` of the block, becomes the volume's in one write. */
long ext2_rename_directory(struct volume *v, uint32_t directory, uint32_t block, uint32_t at,
                           uint32_t before) {
    struct ext2_volume *s = ext2_of(v);
    s->room_in = block;
    long r = ext2_find(v, directory);
    s->room_in = 0;
    if (r != -E_NOT_FOUND)
        return r < 0 ? r : -E_EXISTS;
    struct block *b = block_read(v, block);
    if (!b)
        return ext2_is_bad(v, block, BAD_READ, 0);
    r = name_swap(b, s, at, before);
    if (!r)
        block_changed(v, block);
    block_release(b);
    return r ? r : directory_changed(v, directory);
}
