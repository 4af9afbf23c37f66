/* SPDX-License-Identifier: MIT */
/* entries.c -- the names of a directory: entries, one behind the other, none across the border
 * of a block. An index, which other systems keep in what here are free entries, is passed over; a
 * directory that changes loses the flag that says it has one. */
#include "ext2.h"

/* The entry at a place, and what becomes of it. */
static inline struct ext2_entry entry_in(struct block *b, uint32_t at) {
    uint32_t more = *word_in(b, at + 4);
    return (struct ext2_entry){*word_in(b, at), (uint16_t)more, (uint8_t)(more >> 16),
                               (uint8_t)(more >> 24)};
}

static inline void entry_set(struct block *b, uint32_t at, struct ext2_entry e) {
    *word_in(b, at) = e.inode;
    *word_in(b, at + 4) = e.bytes | (uint32_t)e.length << 16 | (uint32_t)e.type << 24;
}

static inline uint32_t *name_word(struct ext2_volume *s, uint64_t i) {
    return &s->name.word[masked(i, 63)];
}

static inline bool is_entry(const struct ext2_volume *s, const struct ext2_entry *e, uint32_t at) {
    return e->bytes >= 12 && e->bytes % 4 == 0 && at + e->bytes <= 1u << s->shift &&
           EXT2_ENTRY_BYTES(e->length) <= e->bytes && e->inode <= s->inodes;
}

/* How many bytes of an entry are behind what it needs. */
static inline uint32_t entry_room(const struct ext2_entry *e) {
    return e->inode ? e->bytes - EXT2_ENTRY_BYTES(e->length) : e->bytes;
}

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
    uint32_t at = 0, before = 0, needed = EXT2_ENTRY_BYTES(s->name.bytes), end = 1u << s->shift;
    long found = 0;
    while (at < end) {
        const struct ext2_entry e = entry_in(b, at);
        if (!is_entry(s, &e, at)) {
            found = ext2_is_bad(v, block, BAD_ENTRY, at);
            break;
        }
        if (e.inode && e.length == s->name.bytes && has_name(s, b, at)) {
            s->found = (struct ext2_place){block, at, before};
            found = e.inode;
            break;
        }
        if (!s->room.block && entry_room(&e) >= needed && (!s->room_in || s->room_in == block))
            s->room = (struct ext2_place){block, at, before};
        before = at;
        at += e.bytes;
    }
    block_release(b);
    return found;
}

/* How many blocks a directory has, or an error. */
ALONE long ext2_directory_blocks(struct volume *v, uint32_t directory) {
    struct ext2_volume *s = ext2_of(v);
    long place = ext2_inode_place(v, directory);
    struct block *b = place < 0 ? NO_BLOCK : block_read(v, PLACE_BLOCK(place));
    if (!b)
        return place < 0 ? place : ext2_is_bad(v, PLACE_BLOCK(place), BAD_READ, 0);
    const struct ext2_inode *i = ext2_inode_in(b, place);
    bool is = i->links && (i->mode & EXT2_KIND) == EXT2_DIRECTORY;
    uint32_t bytes = i->size;
    block_release(b);
    if (!is)
        return -E_INVALID;
    if (bytes & ((1u << s->shift) - 1) || bytes >> s->shift > s->blocks)
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

/* The directory was changed now, and has no index any more. */
static long directory_changed(struct volume *v, uint32_t directory) {
    long place = ext2_inode_place(v, directory);
    struct block *b = place < 0 ? NO_BLOCK : block_read(v, PLACE_BLOCK(place));
    if (!b)
        return ext2_is_bad(v, PLACE_BLOCK(place), BAD_READ, 0);
    struct ext2_inode *i = ext2_inode_in(b, place);
    i->flags &= ~(uint32_t)EXT2_INDEXED;
    i->modified = i->changed = ext2_of(v)->now;
    block_changed(v, PLACE_BLOCK(place));
    block_release(b);
    return 0;
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

static inline void name_put(struct ext2_volume *s, struct block *b, uint32_t at) {
    for (uint32_t i = 0; i < (s->name.bytes + 3) / 4; i++)
        *word_in(b, at + 8 + 4 * i) = *name_word(s, i);
}

/* The volume's name, for an inode, in what is left of the entry in whose place there is room. Gives
 * where it is. */
static inline uint32_t entry_put(struct ext2_volume *s, struct block *b, uint32_t inode,
                                 uint32_t type) {
    uint32_t at = s->room.at, used;
    struct ext2_entry e = entry_in(b, at);
    if (e.inode) {
        used = EXT2_ENTRY_BYTES(e.length);
        entry_set(b, at, (struct ext2_entry){e.inode, (uint16_t)used, e.length, e.type});
        e.bytes = (uint16_t)(e.bytes - used);
        at += used;
    }
    entry_set(b, at,
              (struct ext2_entry){inode, e.bytes, (uint8_t)s->name.bytes,
                                  (uint8_t)(s->filetype ? type : 0)});
    name_put(s, b, at);
    return at;
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

/* The entry goes: the one before it takes its place. */
static inline void entry_take(struct block *b, uint32_t at, uint32_t before) {
    struct ext2_entry e = entry_in(b, at);
    e.inode = 0;
    if (before != at) {
        uint16_t bytes = e.bytes;
        e = entry_in(b, at = before);
        e.bytes = (uint16_t)(e.bytes + bytes);
    }
    entry_set(b, at, e);
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
