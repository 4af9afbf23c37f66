/* SPDX-License-Identifier: MIT */
/* group.c -- groups of blocks: where each has its bitmaps and its inodes, and what is taken from
 * them. */
#include "ext2.h"

/* A descriptor's block, times the largest block, and its first byte in it. */
static inline long group_place(const struct ext2_volume *s, uint32_t group) {
    uint32_t shift = s->shift - 5;
    return (long)(s->first_block + 1 + (group >> shift)) * BLOCK_BYTES +
           (long)(group & ((1u << shift) - 1)) * (long)sizeof(struct ext2_group);
}

static inline struct ext2_group *group_in(struct block *b, long place) {
    return (struct ext2_group *)(void *)(b->byte + ((uint32_t)place & (BLOCK_BYTES - 32)));
}

static inline bool is_block(const struct ext2_volume *s, uint32_t block) {
    return block > s->first_block && block < s->blocks;
}

/* A word of a descriptor that is a block, and above it how many of what it is about are free. */
long ext2_group_block(struct volume *v, uint32_t group, uint32_t word) {
    struct ext2_volume *s = ext2_of(v);
    long place = group_place(s, group);
    struct block *b = block_read(v, PLACE_BLOCK(place));
    if (!b)
        return ext2_is_bad(v, PLACE_BLOCK(place), BAD_READ, 0);
    const struct ext2_group *g = group_in(b, place);
    uint32_t block = word == GROUP_TABLE          ? g->inode_table
                     : word == GROUP_INODE_BITMAP ? g->inode_bitmap
                                                  : g->block_bitmap;
    long count = word == GROUP_INODE_BITMAP ? g->free_inodes : g->free_blocks;
    block_release(b);
    if (!is_block(s, block) && DEFENDED(GROUP))
        return ext2_is_bad(v, PLACE_BLOCK(place), word == GROUP_TABLE ? BAD_TABLE : BAD_BITMAP,
                           block);
    return count << 32 | block;
}

/* What a group has of these, after so many more. */
long ext2_group_count(struct volume *v, uint32_t group, uint32_t what, int more) {
    long place = group_place(ext2_of(v), group);
    struct block *b = block_read(v, PLACE_BLOCK(place));
    if (!b)
        return ext2_is_bad(v, PLACE_BLOCK(place), BAD_READ, 0);
    struct ext2_group *g = group_in(b, place);
    uint16_t *count = what == COUNT_BLOCKS   ? &g->free_blocks
                      : what == COUNT_INODES ? &g->free_inodes
                                             : &g->directories;
    *count = (uint16_t)(*count + more);
    long now = *count;
    if (more)
        block_changed(v, PLACE_BLOCK(place));
    block_release(b);
    return now;
}

long ext2_inode_place(struct volume *v, uint32_t inode) {
    struct ext2_volume *s = ext2_of(v);
    if ((!inode || inode > s->inodes) && DEFENDED(INODE))
        return ext2_is_bad(v, 0, BAD_INODE, inode);
    uint32_t group = (inode - 1) / s->inodes_per_group, i = (inode - 1) % s->inodes_per_group;
    if (!s->table || s->table_group != group) {
        long table = ext2_group_block(v, group, GROUP_TABLE);
        if (table < 0)
            return table;
        s->table_group = group;
        s->table = (uint32_t)table;
    }
    uint32_t per_block = s->inode_bytes == EXT2_INODE_OLD ? s->shift - 7 : s->shift - 8;
    uint32_t block = s->table + (i >> per_block);
    if (block >= s->blocks && DEFENDED(TABLE))
        return ext2_is_bad(v, block, BAD_TABLE, s->table);
    return (long)block * BLOCK_BYTES + (long)(i & ((1u << per_block) - 1)) * s->inode_bytes;
}
