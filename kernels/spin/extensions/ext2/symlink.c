/* SPDX-License-Identifier: MIT */
/* symlink.c -- where symbolic links lead: what has less than EXT2_SYMLINK_INODE bytes is in the
 * inode, in the place of pointers; else in the first block. A call's has 255 at most. */
#include "ext2.h"

static inline uint32_t *to_word(struct file_call *c, uint64_t i) {
    return (uint32_t *)(void *)c->to + masked(i, (FILE_NAME_MAX + 1) / 4 - 1);
}

/* A block that has it, near the directory. */
static long target_block(struct volume *v, struct file_call *c) {
    long goal = ext2_inode_place(v, (uint32_t)c->file), block;
    block = goal < 0 ? goal : ext2_block_take(v, PLACE_BLOCK(goal));
    if (block < 0)
        return block;
    struct block *b = block_new(v, (uint32_t)block);
    if (!b) {
        ext2_give(v, (uint32_t)block, FREED_BLOCKS);
        return ext2_is_bad(v, (uint32_t)block, BAD_READ, 0);
    }
    for (uint32_t i = 0; i < (FILE_NAME_MAX + 1) / 4; i++)
        *word_in(b, 4 * i) = *to_word(c, i);
    block_changed(v, (uint32_t)block);
    block_release(b);
    return block;
}

long ext2_target_take(struct volume *v, struct file_call *c) {
    struct ext2_volume *s = ext2_of(v);
    if (!c || !c->to_bytes || c->to_bytes > FILE_NAME_MAX)
        return -E_INVALID;
    uint32_t bytes = (uint32_t)c->to_bytes, rest = bytes % 4 * 8;
    *to_word(c, bytes / 4) &= (1u << rest) - 1; /* nothing is behind its end */
    for (uint32_t i = bytes / 4 + 1; i < (FILE_NAME_MAX + 1) / 4; i++)
        *to_word(c, i) = 0;
    s->target.bytes = bytes;
    s->target.block = 0;
    if (bytes >= EXT2_SYMLINK_INODE) {
        long block = target_block(v, c);
        s->target.block = block < 0 ? 0 : (uint32_t)block;
        return block < 0 ? block : 0;
    }
    for (uint32_t i = 0; i < EXT2_DIRECT + 3; i++)
        s->target.word[i] = *to_word(c, i);
    return 0;
}

/* So many words from a place of a block. */
ALONE long ext2_target_read(struct volume *v, struct file_call *c, uint32_t block, uint32_t at) {
    struct block *b = c ? block_read(v, block) : NO_BLOCK;
    if (!b)
        return ext2_is_bad(v, block, BAD_READ, 0);
    for (uint32_t i = 0; i <= c->to_bytes / 4 && i < (FILE_NAME_MAX + 1) / 4; i++)
        *to_word(c, i) = *word_in(b, at + 4 * i);
    block_release(b);
    return 0;
}

long ext2_target_tell(struct volume *v, struct file_call *c) {
    if (!c)
        return -E_INVALID;
    uint32_t inode = (uint32_t)c->file;
    uint64_t bytes = ext2_inode_bytes(v, inode);
    long place = ext2_inode_place(v, inode), block;
    if (place < 0 || (ext2_inode_mode(v, inode) & EXT2_KIND) != EXT2_SYMLINK)
        return place < 0 ? place : -E_INVALID;
    if ((!bytes || bytes >= 1u << ext2_of(v)->shift) && DEFENDED(TARGET))
        return ext2_is_bad(v, PLACE_BLOCK(place), BAD_SIZE, inode);
    if (bytes > FILE_NAME_MAX)
        return -E_TOO_LONG;
    c->to_bytes = bytes;
    if (bytes < EXT2_SYMLINK_INODE)
        return ext2_target_read(v, c, PLACE_BLOCK(place),
                                PLACE_AT(place) +
                                    (uint32_t) __builtin_offsetof(struct ext2_inode, block));
    block = ext2_block_at(v, inode, 0);
    return block > 0   ? ext2_target_read(v, c, (uint32_t)block, 0)
           : block < 0 ? block
                       : ext2_is_bad(v, PLACE_BLOCK(place), BAD_POINTER, 0);
}
