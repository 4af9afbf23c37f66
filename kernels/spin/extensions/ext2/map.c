/* SPDX-License-Identifier: MIT */
/* map.c -- which block a file has at an index: the inode names the first twelve, and up to three
 * levels of blocks of pointers the others. */
#include "ext2.h"

/* The pointer at `at` of a block; 0: there is none. */
long ext2_pointer(struct volume *v, uint32_t block, uint32_t at) {
    struct ext2_volume *s = ext2_of(v);
    struct block *b = block_read(v, block);
    if (!b)
        return ext2_is_bad(v, block, BAD_READ, 0);
    uint32_t pointer = *word_in(b, at);
    block_release(b);
    if (pointer && (pointer <= s->first_block || pointer >= s->blocks) && DEFENDED(POINTER))
        return ext2_is_bad(v, block, BAD_POINTER, pointer);
    return pointer;
}

/* Takes a block, of which nothing is left from before; one that the file system reads is on the
 * disk before the pointer to it. */
ALONE long ext2_pointer_new(struct volume *v, uint32_t block, uint32_t at, uint32_t goal,
                            uint32_t kind) {
    long fresh = ext2_block_take(v, goal);
    if (fresh < 0)
        return fresh;
    struct block *b = kind == MAP_DATA ? NO_BLOCK : block_new(v, (uint32_t)fresh);
    if (b) {
        if (kind == MAP_ENTRIES)
            ((struct ext2_entry *)(void *)b->byte)->bytes = (uint16_t)(1u << ext2_of(v)->shift);
        block_changed(v, (uint32_t)fresh);
        block_release(b);
    }
    bool failed = kind != MAP_DATA &&
                  (!b || (DEFENDED(POINTER_FIRST) && block_order(v, (uint32_t)fresh, block)));
    struct block *holder = failed ? NO_BLOCK : block_read(v, block);
    if (!holder) {
        ext2_give(v, (uint32_t)fresh, FREED_BLOCKS);
        return ext2_is_bad(v, block, BAD_READ, 0);
    }
    *word_in(holder, at) = (uint32_t)fresh;
    block_changed(v, block);
    block_release(holder);
    return fresh;
}

/* How many levels of pointers lead to the index, which becomes one below them; 4: too many. */
static inline uint32_t levels_to(uint32_t shift, uint32_t *index) {
    uint64_t i = *index;
    if (i < EXT2_DIRECT)
        return 0;
    i -= EXT2_DIRECT;
    for (uint32_t level = 1; level < 4; level++) {
        uint64_t span = (uint64_t)1 << shift * level;
        if (i < span) {
            *index = (uint32_t)i;
            return level;
        }
        i -= span;
    }
    return 4;
}

/* Where the pointer to an index's first block is: in the inode. Then `index` is one below it. */
static inline long first_pointer(struct volume *v, long place, uint32_t *index, uint32_t *level) {
    *level = levels_to(ext2_of(v)->shift - 2, index);
    uint32_t slot = *level ? EXT2_DIRECT + *level - 1 : *index;
    return PLACE_AT(place) + (long)__builtin_offsetof(struct ext2_inode, block) + 4 * slot;
}

static inline uint32_t next_pointer(uint32_t shift, uint32_t level, uint32_t index) {
    return (index >> shift * level & ((1u << shift) - 1)) * 4;
}

long ext2_block_at(struct volume *v, uint32_t inode, uint32_t index) {
    long place = ext2_inode_place(v, inode);
    if (place < 0)
        return place;
    uint32_t shift = ext2_of(v)->shift - 2, level;
    uint32_t at = (uint32_t)first_pointer(v, place, &index, &level);
    long block = level > 3 ? -E_TOO_LONG : ext2_pointer(v, PLACE_BLOCK(place), at);
    while (block > 0 && level--)
        block = ext2_pointer(v, (uint32_t)block, next_pointer(shift, level, index));
    return block;
}

long ext2_map(struct volume *v, uint32_t inode, uint32_t index, uint32_t goal, uint32_t kind) {
    long place = ext2_inode_place(v, inode), next, made = 0;
    if (place < 0)
        return place;
    uint32_t shift = ext2_of(v)->shift - 2, block = PLACE_BLOCK(place), level;
    uint32_t at = (uint32_t)first_pointer(v, place, &index, &level);
    if (level > 3)
        return -E_TOO_LONG;
    for (;;) {
        next = ext2_pointer(v, block, at);
        if (!next) {
            next = ext2_pointer_new(v, block, at, goal, level ? MAP_POINTERS : kind);
            made += next > 0;
        }
        if (next <= 0 || !level)
            break;
        block = (uint32_t)next;
        at = next_pointer(shift, --level, index);
    }
    if (made)
        ext2_inode_blocks(v, inode, made);
    return next > 0 && made ? next | MAP_NEW : next;
}

/* Where a block that is new should be: behind the one before it, or near its inode. */
static inline uint32_t map_goal(struct volume *v, uint32_t inode, uint32_t index, uint32_t near) {
    long before = index ? ext2_block_at(v, inode, index - 1) : 0;
    return before > 0 ? (uint32_t)before + 1 : near;
}

/* As many as three levels of pointers lead to. */
static inline uint64_t map_bytes_max(const struct ext2_volume *s) {
    uint32_t shift = s->shift - 2;
    return (EXT2_DIRECT + ((uint64_t)1 << shift) + ((uint64_t)1 << 2 * shift) +
            ((uint64_t)1 << 3 * shift))
           << s->shift;
}
