/* SPDX-License-Identifier: MIT */
/* list.c -- goes through a directory. A cookie is the place behind an entry, in bytes. */
#include "naming.h"

/* Does it name something, and is not `.` or `..`? */
static inline bool is_listed(struct block *b, uint32_t at, const struct ext2_entry *e) {
    uint32_t name = *word_in(b, at + 8);
    bool dots =
        (e->length == 1 && (name & 0xff) == '.') || (e->length == 2 && (name & 0xffff) == 0x2e2e);
    return e->inode && !dots;
}

static inline uint32_t *told_word(struct file_call *c, uint64_t i) {
    return &c->listed[masked(i, FILE_LIST_WORDS - 1)];
}

/* What kind of file it leads to. Where entries do not say, its inode does. */
static inline uint32_t kind_of(struct volume *v, const struct ext2_entry *e, bool says) {
    uint32_t type = says ? e->type : entry_type(ext2_inode_mode(v, e->inode));
    return type == EXT2_ENTRY_FILE        ? FILE_PLAIN
           : type == EXT2_ENTRY_DIRECTORY ? FILE_DIRECTORY
           : type == EXT2_ENTRY_SYMLINK   ? FILE_SYMLINK
                                          : FILE_OTHER;
}

/* As one of the call's, behind so many words: how many there are then. */
static inline uint64_t tell(struct file_call *c, struct block *b, uint32_t at, uint64_t to,
                            uint32_t kind) {
    const struct ext2_entry e = entry_in(b, at);
    *told_word(c, to + 1) = e.inode;
    *told_word(c, to + 2) = e.length | kind << 16;
    to += 3;
    for (uint32_t rest = e.length; rest >= 4; rest -= 4, at += 4)
        *told_word(c, to++) = *word_in(b, at + 8);
    *told_word(c, to++) = *word_in(b, at + 8) & ((1u << e.length % 4 * 8) - 1);
    return to;
}

/* Tells the entries of a block, the i-th, from `from` on. 0; 1: there is no room for more; or an
 * error. */
ALONE long ext2_list_in(struct volume *v, struct file_call *c, uint32_t block, uint64_t i,
                        uint32_t from) {
    struct ext2_volume *s = ext2_of(v);
    struct block *b = c ? block_read(v, block) : NO_BLOCK;
    if (!b)
        return ext2_is_bad(v, block, BAD_READ, 0);
    long full = 0;
    uint64_t told = c->count;
    /* Where the last call has ended: no entry before it is looked at again. */
    uint32_t at = s->next.block == block && s->next.at == from ? from : 0, ended = 0;
    uint32_t end = (uint32_t)masked(1u << s->shift, 2 * BLOCK_BYTES - 1),
             base = (uint32_t)(i << s->shift);
    while (at < end) {
        const struct ext2_entry e = entry_in(b, at);
        if (!is_entry(s, &e, at, end)) {
            full = ext2_is_bad(v, block, BAD_ENTRY, at);
            break;
        }
        if (at >= from && is_listed(b, at, &e)) {
            full = told + FILE_ENTRY_WORDS(e.length) > FILE_LIST_WORDS;
            if (full)
                break;
            *told_word(c, told) = base + at + e.bytes;
            told = tell(c, b, at, told, kind_of(v, &e, s->filetype));
            ended = at + e.bytes;
        }
        at += e.bytes;
    }
    if (ended)
        s->next = (struct ext2_place){block, ended, ended};
    c->count = told;
    block_release(b);
    return full;
}

long ext2_list(struct volume *v, struct file_call *c) {
    if (!c)
        return -E_INVALID;
    struct ext2_volume *s = ext2_of(v);
    long blocks = ext2_directory_blocks(v, (uint32_t)c->file), full = 0;
    uint32_t from = (uint32_t)c->number & ((1u << s->shift) - 1);
    c->count = 0;
    for (uint64_t i = c->number >> s->shift; (long)i < blocks && !full; i++, from = 0) {
        long block = ext2_block_at(v, (uint32_t)c->file, (uint32_t)i);
        full = block > 0 ? ext2_list_in(v, c, (uint32_t)block, i, from) : block;
    }
    return blocks < 0 ? blocks : full < 0 ? full : c->count ? 0 : -E_NOT_FOUND;
}

/* Has a block a name? 1 or 0, or an error. */
ALONE long ext2_names_in(struct volume *v, uint32_t block) {
    struct ext2_volume *s = ext2_of(v);
    struct block *b = block_read(v, block);
    if (!b)
        return ext2_is_bad(v, block, BAD_READ, 0);
    long found = 0;
    for (uint32_t at = 0, end = 1u << s->shift; at < end && !found;) {
        const struct ext2_entry e = entry_in(b, at);
        found =
            is_entry(s, &e, at, end) ? is_listed(b, at, &e) : ext2_is_bad(v, block, BAD_ENTRY, at);
        at += e.bytes;
    }
    block_release(b);
    return found;
}

long ext2_is_empty(struct volume *v, uint32_t directory) {
    long blocks = ext2_directory_blocks(v, directory), found = 0;
    for (uint32_t i = 0; i < blocks && !found; i++) {
        long block = ext2_block_at(v, directory, i);
        found = block > 0 ? ext2_names_in(v, (uint32_t)block) : block;
    }
    return blocks < 0 ? blocks : found < 0 ? found : found ? -E_EXISTS : 0;
}
