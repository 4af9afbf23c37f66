/* SPDX-License-Identifier: MIT */
/* freed.c -- what was freed and may not be used again yet: the disk may still have pointers to it.
 * Its bits stay set until all that was changed is on the disk. */
#include "ext2.h"

/* Clears a bit. 1; 0: it was clear; or an error. */
static long clear_bit(struct volume *v, uint32_t bitmap, uint32_t bit) {
    struct block *b = block_read(v, bitmap);
    if (!b)
        return ext2_is_bad(v, bitmap, BAD_READ, 0);
    uint8_t *byte = &b->byte[masked(bit >> 3, BLOCK_BYTES - 1)], mask = (uint8_t)(1u << (bit & 7));
    long was = (*byte & mask) != 0;
    *byte = (uint8_t)(*byte & ~mask);
    block_changed(v, bitmap);
    block_release(b);
    return was;
}

/* A bit of a bitmap is clear from now on, and counted. */
static void give_bit(struct volume *v, uint32_t group, uint32_t word, uint32_t bit) {
    struct ext2_volume *s = ext2_of(v);
    long bitmap = ext2_group_block(v, group, word);
    if (bitmap < 0 || clear_bit(v, (uint32_t)bitmap, bit) <= 0)
        return;
    if (word == GROUP_BLOCK_BITMAP)
        s->free_blocks++;
    else
        s->free_inodes++;
    ext2_group_count(v, group, word == GROUP_BLOCK_BITMAP ? COUNT_BLOCKS : COUNT_INODES, 1);
}

void ext2_give(struct volume *v, uint32_t what, uint32_t kind) {
    struct ext2_volume *s = ext2_of(v);
    if (kind == FREED_BLOCKS) {
        uint32_t i = what - s->first_block;
        block_forget(v, what, 1);
        give_bit(v, i / s->blocks_per_group, GROUP_BLOCK_BITMAP, i % s->blocks_per_group);
        return;
    }
    uint32_t i = what - 1, group = i / s->inodes_per_group;
    give_bit(v, group, GROUP_INODE_BITMAP, i % s->inodes_per_group);
    if (kind == FREED_DIRECTORY)
        ext2_group_count(v, group, COUNT_DIRECTORIES, -1);
}

/* What is at a place of the list is free. */
ALONE long ext2_give_all(struct volume *v, uint32_t i) {
    struct ext2_freed f = ext2_of(v)->list[masked(i, EXT2_FREED - 1)];
    for (; f.count; f.count--)
        ext2_give(v, f.start++, f.kind);
    return 0;
}

long ext2_settle(struct volume *v) {
    struct ext2_volume *s = ext2_of(v);
    long r = block_sync(v);
    if (r)
        return r;
    for (; s->freed; s->freed--)
        ext2_give_all(v, s->freed - 1);
    return 0;
}

void ext2_free(struct volume *v, uint32_t what, uint32_t kind) {
    struct ext2_volume *s = ext2_of(v);
    if (!DEFENDED(FREED_WAITS)) {
        ext2_give(v, what, kind);
        return;
    }
    struct ext2_freed *last = &s->list[masked(s->freed - 1, EXT2_FREED - 1)];
    if (s->freed && kind == FREED_BLOCKS && last->kind == kind &&
        last->start + last->count == what) {
        last->count++;
        return;
    }
    if (s->freed == EXT2_FREED && ext2_settle(v))
        return; /* it stays taken: e2fsck finds it */
    struct ext2_freed *f = &s->list[masked(s->freed++, EXT2_FREED - 1)];
    f->start = what;
    f->count = 1;
    f->kind = kind;
}
