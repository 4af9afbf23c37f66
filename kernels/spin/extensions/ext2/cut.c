/* SPDX-License-Identifier: MIT */
/* cut.c -- frees the blocks of a file from an index on. A tree of pointers is taken off first and
 * then gone through: so what points to a block that is freed is gone, whenever the disk is written
 * meanwhile. */
#include "ext2.h"

/* Takes off the pointer at `at` of a block, and gives it. */
ALONE long ext2_pointer_off(struct volume *v, uint32_t block, uint32_t at) {
    struct ext2_volume *s = ext2_of(v);
    struct block *b = block_read(v, block);
    if (!b)
        return ext2_is_bad(v, block, BAD_READ, 0);
    uint32_t *place = word_in(b, at);
    uint32_t pointer = *place;
    if (pointer) {
        *place = 0;
        block_changed(v, block);
    }
    block_release(b);
    if (pointer && (pointer <= s->first_block || pointer >= s->blocks) && DEFENDED(CUT))
        return ext2_is_bad(v, block, BAD_POINTER, pointer);
    return pointer;
}

/* Frees what a block of pointers leads to, and the block, by so many levels of pointers; from an
 * index on, only what comes there. Gives how many blocks were freed. */
static long free_data(struct volume *v, uint32_t block) {
    ext2_free(v, block, FREED_BLOCKS);
    return 1;
}

/* A function does not call itself: there is one for each level. */
#define FREE_TREE(level, below)                                                                    \
    ALONE long ext2_free_##level(struct volume *v, uint32_t block) {                               \
        uint32_t pointers = 1u << (ext2_of(v)->shift - 2);                                         \
        long freed = 1;                                                                            \
        for (uint32_t i = 0; i < pointers; i++) {                                                  \
            long next = ext2_pointer(v, block, 4 * i);                                             \
            if (next > 0)                                                                          \
                freed += below(v, (uint32_t)next);                                                 \
        }                                                                                          \
        ext2_free(v, block, FREED_BLOCKS);                                                         \
        return freed;                                                                              \
    }
FREE_TREE(1, free_data)
FREE_TREE(2, ext2_free_1)
FREE_TREE(3, ext2_free_2)

/* The part of the tree from an index on; the block of pointers stays. */
static long cut_data(struct volume *v, uint32_t block, uint32_t from) {
    (void)v, (void)block, (void)from;
    return 0;
}

#define CUT_TREE(level, free_below, cut_below)                                                     \
    ALONE long ext2_cut_##level(struct volume *v, uint32_t block, uint32_t from) {                 \
        uint32_t shift = ext2_of(v)->shift - 2, below = shift * (level - 1);                       \
        uint32_t i = from >> below, rest = from & ((1u << below) - 1);                             \
        long freed = 0, next;                                                                      \
        if (rest) {                                                                                \
            next = ext2_pointer(v, block, 4 * i++);                                                \
            if (next > 0)                                                                          \
                freed += cut_below(v, (uint32_t)next, rest);                                       \
        }                                                                                          \
        for (; i < 1u << shift; i++) {                                                             \
            next = ext2_pointer_off(v, block, 4 * i);                                              \
            if (next > 0)                                                                          \
                freed += free_below(v, (uint32_t)next);                                            \
        }                                                                                          \
        return freed;                                                                              \
    }
CUT_TREE(1, free_data, cut_data)
CUT_TREE(2, ext2_free_1, ext2_cut_1)
CUT_TREE(3, ext2_free_2, ext2_cut_2)

static long cut_tree(struct volume *v, uint32_t level, uint32_t block, uint32_t from) {
    return level == 1   ? ext2_cut_1(v, block, from)
           : level == 2 ? ext2_cut_2(v, block, from)
                        : ext2_cut_3(v, block, from);
}

static long free_tree(struct volume *v, uint32_t level, uint32_t block) {
    return level == 1   ? ext2_free_1(v, block)
           : level == 2 ? ext2_free_2(v, block)
                        : ext2_free_3(v, block);
}

/* Frees the direct blocks; those taken off one by one are freed while the inode is at hand. */
static long cut_direct(struct volume *v, long place, uint32_t from) {
    uint32_t first = PLACE_AT(place) + (uint32_t) __builtin_offsetof(struct ext2_inode, block);
    long freed = 0;
    for (; from < EXT2_DIRECT; from++) {
        long next = ext2_pointer_off(v, PLACE_BLOCK(place), first + 4 * from);
        if (next > 0)
            freed += free_data(v, (uint32_t)next);
    }
    return freed;
}

long ext2_cut(struct volume *v, uint32_t inode, uint32_t from) {
    struct ext2_volume *s = ext2_of(v);
    long place = ext2_inode_place(v, inode), next;
    if (place < 0)
        return place;
    uint32_t at = PLACE_AT(place) + (uint32_t) __builtin_offsetof(struct ext2_inode, indirect);
    uint64_t begin = EXT2_DIRECT;
    long freed = cut_direct(v, place, from);
    for (uint32_t level = 1; level <= 3; level++, at += 4) {
        uint64_t end = begin + ((uint64_t)1 << (s->shift - 2) * level);
        if (from <= begin) {
            next = ext2_pointer_off(v, PLACE_BLOCK(place), at);
            if (next > 0)
                freed += free_tree(v, level, (uint32_t)next);
        } else if (from < end) {
            next = ext2_pointer(v, PLACE_BLOCK(place), at);
            if (next > 0)
                freed += cut_tree(v, level, (uint32_t)next, (uint32_t)(from - begin));
        }
        begin = end;
    }
    ext2_inode_blocks(v, inode, -freed);
    return 0;
}
