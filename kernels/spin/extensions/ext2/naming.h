/* SPDX-License-Identifier: MIT */
/* naming.h -- entries of directories within their block, and the block that an inode is in: what
 * the sources that handle names have in common. */
#ifndef EXT2_NAMING_H
#define EXT2_NAMING_H

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

/* In a block of `end` bytes. */
static inline bool is_entry(const struct ext2_volume *s, const struct ext2_entry *e, uint32_t at,
                            uint32_t end) {
    return e->bytes >= 12 && e->bytes % 4 == 0 && (!DEFENDED(ENTRY_END) || at + e->bytes <= end) &&
           (!DEFENDED(ENTRY_NAME) || e->length + 8u <= e->bytes) &&
           (!DEFENDED(ENTRY_INODE) || e->inode <= s->inodes);
}

/* How many bytes of an entry are behind what it needs. */
static inline uint32_t entry_room(const struct ext2_entry *e) {
    return e->inode ? e->bytes - EXT2_ENTRY_BYTES(e->length) : e->bytes;
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

static inline uint32_t inode_block(struct volume *v, uint32_t inode) {
    long place = ext2_inode_place(v, inode);
    return place < 0 ? 0 : PLACE_BLOCK(place);
}

static inline uint32_t entry_type(uint32_t mode) {
    uint32_t kind = mode & EXT2_KIND;
    return kind == EXT2_DIRECTORY ? EXT2_ENTRY_DIRECTORY
           : kind == EXT2_SYMLINK ? EXT2_ENTRY_SYMLINK
                                  : EXT2_ENTRY_FILE;
}

/* The directory was changed now, and has no index any more. */
__attribute__((unused)) static long directory_changed(struct volume *v, uint32_t directory) {
    long place;
    struct block *b = inode_get(v, directory, &place);
    if (!b)
        return place;
    struct ext2_inode *i = ext2_inode_in(b, place);
    if (DEFENDED(INDEX))
        i->flags &= ~(uint32_t)EXT2_INDEXED;
    i->modified = i->changed = ext2_of(v)->now;
    inode_put(v, b, place);
    return 0;
}

#endif
