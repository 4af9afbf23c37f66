/* SPDX-License-Identifier: MIT */
/* entries.c -- the names of a directory: entries, one behind the other, none across the border
 * of a block. An index, which other systems keep in what here are free entries, is passed over; a
 * directory that changes loses the flag that says it has one. */
#include "naming.h"

/* Has the entry at `at` the volume's name? */
static inline bool has_name(struct ext2_volume *s, struct block *b, uint32_t at) {
    uint32_t words = s->name.bytes / 4, rest = s->name.bytes % 4 * 8, i = 0;
    while (i < words && *name_word(s, i) == *word_in(b, at + 8 + 4 * i))
        i++;
    return i == words && !((*name_word(s, i) ^ *word_in(b, at + 8 + 4 * i)) & ((1u << rest) - 1));
}

/* Looks for the name in a block; room for it is noted, if none was before. 0: it is not there. */
static long find_in(struct volume *v, uint32_t block) {
    struct ext2_volume *s = ext2_of(v);
    struct block *b = block_read(v, block);
    if (!b)
        return ext2_is_bad(v, block, BAD_READ, 0);
    uint32_t at = 0, before = 0, length = s->name.bytes;
    /* As a number that the compiler does not make a shift of in each turn. */
    const uint32_t end = (uint32_t)masked(1u << s->shift, 2 * BLOCK_BYTES - 1);
    uint32_t needed = s->room.block || (s->room_in && s->room_in != block)
                          ? BLOCK_BYTES + 1 /* no room is wanted */
                          : EXT2_ENTRY_BYTES(length);
    long found = 0;
    while (at < end) {
        const struct ext2_entry e = entry_in(b, at);
        if (!is_entry(s, &e, at, end)) {
            found = ext2_is_bad(v, block, BAD_ENTRY, at);
            break;
        }
        if (e.length == length && e.inode && has_name(s, b, at)) {
            s->found = (struct ext2_place){block, at, before};
            found = e.inode;
            break;
        }
        if (entry_room(&e) >= needed) {
            s->room = (struct ext2_place){block, at, before};
            needed = BLOCK_BYTES + 1;
        }
        before = at;
        at += e.bytes;
    }
    block_release(b);
    return found;
}

long ext2_directory_blocks(struct volume *v, uint32_t directory) {
    struct ext2_volume *s = ext2_of(v);
    long place;
    struct block *b = inode_get(v, directory, &place);
    if (!b)
        return place;
    const struct ext2_inode *i = ext2_inode_in(b, place);
    bool is = i->links && (i->mode & EXT2_KIND) == EXT2_DIRECTORY;
    uint32_t bytes = i->size;
    block_release(b);
    if (!is)
        return -E_INVALID;
    if (DEFENDED(DIRECTORY) && (bytes & ((1u << s->shift) - 1) || bytes >> s->shift > s->blocks))
        return ext2_is_bad(v, 0, BAD_SIZE, directory);
    return (long)(bytes >> s->shift);
}

long ext2_find(struct volume *v, uint32_t directory) {
    struct ext2_volume *s = ext2_of(v);
    long blocks = ext2_directory_blocks(v, directory), found = 0;
    s->room.block = s->found.block = 0;
    for (uint32_t i = 0; i < blocks && !found; i++) {
        long block = ext2_block_at(v, directory, i);
        if (block < 0)
            return block;
        found = block ? find_in(v, (uint32_t)block) : 0;
    }
    return blocks < 0 ? blocks : found ? found : -E_NOT_FOUND;
}

/* One more block, in which there is room. */
static long directory_grow(struct volume *v, uint32_t directory) {
    struct ext2_volume *s = ext2_of(v);
    long blocks = ext2_directory_blocks(v, directory);
    if (blocks < 0)
        return blocks;
    long goal = blocks ? ext2_block_at(v, directory, (uint32_t)blocks - 1) : 0;
    long block =
        ext2_map(v, directory, (uint32_t)blocks, goal > 0 ? (uint32_t)goal + 1 : 1, MAP_ENTRIES);
    if (block <= 0)
        return block ? block : -E_FULL;
    s->grown = 1;
    s->room = (struct ext2_place){(uint32_t)block, 0, 0};
    return ext2_inode_resize(v, directory, (uint64_t)(blocks + 1) << s->shift);
}

ALONE long ext2_put(struct volume *v, uint32_t inode, uint32_t type) {
    struct ext2_volume *s = ext2_of(v);
    struct block *b = block_read(v, s->room.block);
    if (!b)
        return ext2_is_bad(v, s->room.block, BAD_READ, 0);
    entry_put(s, b, inode, type);
    block_changed(v, s->room.block);
    block_release(b);
    return 0;
}

long ext2_enter(struct volume *v, uint32_t directory, uint32_t inode, uint32_t type) {
    struct ext2_volume *s = ext2_of(v);
    long r = s->room.block ? 0 : directory_grow(v, directory);
    if (!r)
        r = ext2_put(v, inode, type);
    return r ? r : directory_changed(v, directory);
}

long ext2_leave(struct volume *v, uint32_t directory) {
    struct ext2_volume *s = ext2_of(v);
    struct block *b = block_read(v, s->found.block);
    if (!b)
        return ext2_is_bad(v, s->found.block, BAD_READ, 0);
    entry_take(b, s->found.at, s->found.before);
    block_changed(v, s->found.block);
    block_release(b);
    return directory_changed(v, directory);
}

long ext2_entry_set(struct volume *v, uint32_t directory, uint32_t inode, uint32_t type) {
    struct ext2_volume *s = ext2_of(v);
    struct block *b = block_read(v, s->found.block);
    if (!b)
        return ext2_is_bad(v, s->found.block, BAD_READ, 0);
    struct ext2_entry e = entry_in(b, s->found.at);
    e.inode = inode;
    e.type = (uint8_t)(s->filetype ? type : 0);
    entry_set(b, s->found.at, e);
    block_changed(v, s->found.block);
    block_release(b);
    return directory_changed(v, directory);
}
