/* SPDX-License-Identifier: MIT */
/* naming.c -- files come and go by their names. Names of directories, and what of a directory is
 * on the disk before what, see ext2.h. */
#include "naming.h"

/* What was changed in the block or the inode's block is on the disk before what the inode's will
 * have. */
static inline long before_inode(struct volume *v, uint32_t block, uint32_t inode) {
    uint32_t then = inode_block(v, inode);
    return block == then ? 0 : block_order(v, block, then);
}

/* `.` and `..`, in a block that is new. */
static long dots_put(struct volume *v, uint32_t block, uint32_t inode, uint32_t parent) {
    struct ext2_volume *s = ext2_of(v);
    struct block *b = block_new(v, block);
    if (!b)
        return ext2_is_bad(v, block, BAD_READ, 0);
    uint8_t type = s->filetype ? EXT2_ENTRY_DIRECTORY : 0;
    struct ext2_entry *dot = (struct ext2_entry *)(void *)b->byte,
                      *dots = (struct ext2_entry *)(void *)(b->byte + 12);
    *dot = (struct ext2_entry){inode, 12, 1, type};
    *dots = (struct ext2_entry){parent, (uint16_t)((1u << s->shift) - 12), 2, type};
    b->byte[8] = b->byte[20] = b->byte[21] = '.';
    block_changed(v, block);
    block_release(b);
    return 0;
}

/* The first block of a directory, on the disk before its inode. */
static long first_block_set(struct volume *v, uint32_t inode, uint32_t block) {
    long place;
    struct block *b = inode_get(v, inode, &place);
    if (!b)
        return place;
    struct ext2_inode *i = ext2_inode_in(b, place);
    i->block[0] = block;
    i->size = 1u << ext2_of(v)->shift;
    i->sectors = 1u << (ext2_of(v)->shift - 9);
    inode_put(v, b, place);
    return 0;
}

/* A name that was entered, and the directory that has it, are on the disk before its inode; where
 * the directory has grown, all that leads to the name. */
ALONE long ext2_name_first(struct volume *v, uint32_t parent, uint32_t inode) {
    struct ext2_volume *s = ext2_of(v);
    if (!DEFENDED(NAME_FIRST))
        return 0;
    long r = s->grown ? block_sync(v) : before_inode(v, s->room.block, inode);
    return r || !DEFENDED(PARENT_FIRST) ? r : before_inode(v, inode_block(v, parent), inode);
}

static long make_directory(struct volume *v, uint32_t parent, uint32_t inode, uint32_t mode,
                           uint32_t owner) {
    long block = ext2_block_take(v, inode_block(v, inode)), r;
    if (block < 0)
        return block;
    r = dots_put(v, (uint32_t)block, inode, parent);
    if (!r)
        r = ext2_inode_links(v, parent, 1) < 0 ? -E_SHARE : 0;
    if (r) {
        ext2_give(v, (uint32_t)block, FREED_BLOCKS);
        return r;
    }
    r = ext2_enter(v, parent, inode, EXT2_ENTRY_DIRECTORY);
    if (r) {
        ext2_inode_links(v, parent, -1);
        ext2_give(v, (uint32_t)block, FREED_BLOCKS);
        return r;
    }
    r = ext2_name_first(v, parent, inode);
    if (!r && DEFENDED(DOTS_FIRST))
        r = before_inode(v, (uint32_t)block, inode);
    if (!r)
        r = ext2_inode_make(v, inode, mode, owner, 2);
    return r ? r : first_block_set(v, inode, (uint32_t)block);
}

static long make_file(struct volume *v, uint32_t directory, uint32_t inode, uint32_t mode,
                      uint32_t owner) {
    long r = ext2_enter(v, directory, inode, entry_type(mode));
    if (!r)
        r = ext2_name_first(v, directory, inode);
    if (!r && DEFENDED(TARGET_FIRST) && (mode & EXT2_KIND) == EXT2_SYMLINK &&
        ext2_of(v)->target.block)
        r = before_inode(v, ext2_of(v)->target.block, inode);
    return r ? r : ext2_inode_make(v, inode, mode, owner, 1);
}

long ext2_make(struct volume *v, uint32_t directory, uint32_t mode, uint32_t owner) {
    unsigned is_directory = (mode & EXT2_KIND) == EXT2_DIRECTORY;
    long r = ext2_of(v)->missing == directory ? -E_NOT_FOUND : ext2_find(v, directory), inode;
    ext2_of(v)->missing = 0;
    if (r != -E_NOT_FOUND)
        return r < 0 ? r : -E_EXISTS;
    ext2_of(v)->grown = 0;
    inode = ext2_inode_take(v, directory, is_directory);
    if (inode < 0)
        return inode;
    r = is_directory ? make_directory(v, directory, (uint32_t)inode, mode, owner)
                     : make_file(v, directory, (uint32_t)inode, mode, owner);
    if (r)
        ext2_give(v, (uint32_t)inode, is_directory ? FREED_DIRECTORY : FREED_FILE);
    return r ? r : inode;
}

long ext2_link(struct volume *v, uint32_t directory, uint32_t inode) {
    uint32_t mode = ext2_inode_mode(v, inode);
    long r = ext2_find(v, directory);
    if (r != -E_NOT_FOUND)
        return r < 0 ? r : -E_EXISTS;
    if (!mode || (mode & EXT2_KIND) == EXT2_DIRECTORY)
        return -E_INVALID;
    ext2_of(v)->grown = 0;
    r = ext2_inode_links(v, inode, 1);
    if (r < 0)
        return r;
    r = ext2_enter(v, directory, inode, entry_type(mode));
    if (r)
        ext2_inode_links(v, inode, -1);
    return r ? r : ext2_name_first(v, directory, inode);
}

long ext2_inode_first(struct volume *v, uint32_t inode, uint32_t block) {
    uint32_t first = inode_block(v, inode);
    return first == block || !DEFENDED(INODE_FIRST) ? 0 : block_order(v, first, block);
}

/* Names that went from it are gone from the disk before its inode is cleared. */
ALONE long ext2_names_first(struct volume *v, uint32_t inode) {
    if (!DEFENDED(NAMES_FIRST))
        return 0;
    if (ext2_inode_bytes(v, inode) >> ext2_of(v)->shift != 1)
        return block_sync(v);
    long block = ext2_block_at(v, inode, 0);
    return block > 0 ? before_inode(v, (uint32_t)block, inode) : block;
}

static long unlink_directory(struct volume *v, uint32_t parent, uint32_t inode) {
    uint32_t name = ext2_of(v)->found.block;
    long r = ext2_is_empty(v, inode);
    if (!r)
        r = ext2_names_first(v, inode);
    if (!r)
        r = ext2_inode_links(v, inode, -ext2_inode_links(v, inode, 0));
    if (!r)
        r = ext2_inode_first(v, inode, name);
    if (!r)
        r = ext2_leave(v, parent);
    if (!r)
        r = ext2_inode_links(v, parent, -1);
    return r < 0 ? r : inode;
}

/* Gives the inode, which is still there. */
long ext2_unlink(struct volume *v, uint32_t directory, unsigned is_directory) {
    struct ext2_volume *s = ext2_of(v);
    long inode = ext2_find(v, directory), r;
    if (inode < 0)
        return inode;
    uint32_t mode = ext2_inode_mode(v, (uint32_t)inode);
    if (((mode & EXT2_KIND) == EXT2_DIRECTORY) != (is_directory != 0))
        return -E_INVALID;
    if (is_directory)
        return unlink_directory(v, directory, (uint32_t)inode);
    r = mode ? ext2_inode_links(v, (uint32_t)inode, -1) : 0;
    if (mode && r >= 0) /* behind it, or behind another name, which came before it */
        r = ext2_inode_first(v, (uint32_t)inode, s->found.block);
    if (r >= 0)
        r = ext2_leave(v, directory);
    return r < 0 ? r : inode;
}
