/* SPDX-License-Identifier: MIT */
/* bitmap.c -- takes a block or an inode: the first free one from a goal on, in its group and then
 * in the others. */
#include "ext2.h"

/* Sets the first clear bit from `from` on and below `to`. Its number; -E_FULL: none is clear; or
 * another error. */
static long take_bit(struct volume *v, uint32_t bitmap, uint32_t from, uint32_t to) {
    struct block *b = block_read(v, bitmap);
    if (!b)
        return ext2_is_bad(v, bitmap, BAD_READ, 0);
    uint64_t *words = (uint64_t *)(void *)b->byte;
    uint32_t bit = from;
    while (bit < to) {
        uint64_t word = ~words[masked(bit >> 6, BLOCK_BYTES / 8 - 1)] >> (bit & 63);
        if (word) {
            bit += lowest(word);
            break;
        }
        bit = (bit | 63) + 1;
    }
    if (bit >= to) {
        block_release(b);
        return -E_FULL;
    }
    words[masked(bit >> 6, BLOCK_BYTES / 8 - 1)] |= (uint64_t)1 << (bit & 63);
    block_changed(v, bitmap);
    block_release(b);
    return bit;
}

/* How many blocks a group has: the last one may have fewer. */
static inline uint32_t group_blocks(const struct ext2_volume *s, uint32_t group) {
    uint32_t rest = s->blocks - s->first_block - group * s->blocks_per_group;
    return rest < s->blocks_per_group ? rest : s->blocks_per_group;
}

/* A bit of the group's bitmap, the first from `from` on, or before it; or an error. */
static long take_in_group(struct volume *v, uint32_t group, uint32_t word, uint32_t from,
                          uint32_t to) {
    uint32_t what = word == GROUP_BLOCK_BITMAP ? COUNT_BLOCKS : COUNT_INODES;
    long bitmap = ext2_group_block(v, group, word), bit, left;
    if (bitmap < 0 || !(bitmap >> 32))
        return bitmap < 0 ? bitmap : -E_FULL;
    bit = take_bit(v, (uint32_t)bitmap, from, to);
    if (bit == -E_FULL && from)
        bit = take_bit(v, (uint32_t)bitmap, 0, from);
    if (bit >= 0 && (left = ext2_group_count(v, group, what, -1)) < 0)
        return left;
    return bit;
}

static long take_block_once(struct volume *v, uint32_t goal) {
    struct ext2_volume *s = ext2_of(v);
    uint32_t first = goal > s->first_block && goal < s->blocks ? goal - s->first_block : 0;
    uint32_t group = first / s->blocks_per_group, from = first % s->blocks_per_group;
    for (uint32_t tried = 0; tried < s->groups; tried++, group++, from = 0) {
        if (group >= s->groups)
            group = 0;
        long bit = take_in_group(v, group, GROUP_BLOCK_BITMAP, from, group_blocks(s, group));
        if (bit != -E_FULL)
            return bit < 0 ? bit : (long)group * s->blocks_per_group + s->first_block + bit;
    }
    return -E_FULL;
}

/* A block, the nearest behind the goal; 0 is no goal. */
long ext2_block_take(struct volume *v, uint32_t goal) {
    struct ext2_volume *s = ext2_of(v);
    long block = take_block_once(v, goal);
    if (block == -E_FULL && s->freed && !ext2_settle(v))
        block = take_block_once(v, goal);
    if (block > 0)
        s->free_blocks--;
    return block;
}

/* A directory goes where there is room for what will be in it: to the first group from its
 * parent's on that has at least as many free blocks and inodes as the average. */
static long directory_group(struct volume *v, uint32_t parent) {
    struct ext2_volume *s = ext2_of(v);
    uint32_t blocks = s->free_blocks / s->groups, inodes = s->free_inodes / s->groups;
    uint32_t group = parent;
    for (uint32_t tried = 0; tried < s->groups; tried++, group++) {
        if (group >= s->groups)
            group = 0;
        long has_blocks = ext2_group_count(v, group, COUNT_BLOCKS, 0);
        long has_inodes = ext2_group_count(v, group, COUNT_INODES, 0);
        if (has_blocks < 0 || has_inodes < 0)
            return has_blocks < 0 ? has_blocks : has_inodes;
        if (has_inodes > 0 && has_inodes >= (long)inodes && has_blocks >= (long)blocks)
            return group;
    }
    return parent;
}

static long take_inode_once(struct volume *v, uint32_t group) {
    struct ext2_volume *s = ext2_of(v);
    for (uint32_t tried = 0; tried < s->groups; tried++, group++) {
        if (group >= s->groups)
            group = 0;
        long bit = take_in_group(v, group, GROUP_INODE_BITMAP, 0, s->inodes_per_group);
        if (bit != -E_FULL)
            return bit < 0 ? bit : (long)group * s->inodes_per_group + bit + 1;
    }
    return -E_FULL;
}

/* An inode: a file's in the group of its directory. */
long ext2_inode_take(struct volume *v, uint32_t parent, unsigned is_directory) {
    struct ext2_volume *s = ext2_of(v);
    long group = (parent - 1) / s->inodes_per_group, inode;
    if (is_directory && (group = directory_group(v, (uint32_t)group)) < 0)
        return group;
    inode = take_inode_once(v, (uint32_t)group);
    if (inode == -E_FULL && s->freed && !ext2_settle(v))
        inode = take_inode_once(v, (uint32_t)group);
    if (inode <= 0)
        return inode;
    s->free_inodes--;
    if (inode < s->first_inode && DEFENDED(RESERVED))
        return ext2_is_bad(v, 0, BAD_INODE, (uint32_t)inode); /* its bitmap lies */
    if (is_directory)
        ext2_group_count(v, (uint32_t)(inode - 1) / s->inodes_per_group, COUNT_DIRECTORIES, 1);
    return inode;
}
