/* SPDX-License-Identifier: MIT */
/* list.c -- goes through a directory. A cookie is the place behind an entry, in bytes. */
#include "naming.h"

static inline bool is_dot(struct block *b, uint32_t at, const struct ext2_entry *e) {
    uint32_t name = *word_in(b, at + 8);
    return (e->length == 1 && (name & 0xff) == '.') ||
           (e->length == 2 && (name & 0xffff) == 0x2e2e);
}

/* Puts the first name from `from` on in a block into the volume's. Its place behind it, 0, or an
 * error. */
static long list_in(struct volume *v, uint32_t block, uint32_t from) {
    struct ext2_volume *s = ext2_of(v);
    struct block *b = block_read(v, block);
    if (!b)
        return ext2_is_bad(v, block, BAD_READ, 0);
    long next = 0;
    /* Where the last call has ended: no entry before it is looked at again. */
    uint32_t at = s->next.block == block && s->next.at == from ? from : 0;
    for (uint32_t end = 1u << s->shift; at < end && !next;) {
        const struct ext2_entry e = entry_in(b, at);
        if (!is_entry(s, &e, at)) {
            next = ext2_is_bad(v, block, BAD_ENTRY, at);
            break;
        }
        if (at >= from && e.inode && !is_dot(b, at, &e)) {
            s->found = (struct ext2_place){block, at, at};
            s->kind = e.type;
            s->name.bytes = e.length;
            s->missing = 0;
            for (uint32_t i = 0; i < (e.length + 3u) / 4; i++)
                *name_word(s, i) = *word_in(b, at + 8 + 4 * i);
            s->listed = e.inode;
            next = at + e.bytes;
            s->next = (struct ext2_place){block, at + e.bytes, at};
        }
        at += e.bytes;
    }
    block_release(b);
    return next;
}

/* The first entry from a cookie on: gives the cookie behind it, or -E_NOT_FOUND. */
long ext2_list(struct volume *v, uint32_t directory, uint64_t cookie) {
    struct ext2_volume *s = ext2_of(v);
    long blocks = ext2_directory_blocks(v, directory);
    uint32_t from = (uint32_t)cookie & ((1u << s->shift) - 1);
    for (uint64_t i = cookie >> s->shift; (long)i < blocks; i++, from = 0) {
        long block = ext2_block_at(v, directory, (uint32_t)i);
        long next = block > 0 ? list_in(v, (uint32_t)block, from) : block;
        if (next)
            return next < 0 ? next : (long)(i << s->shift) + next;
    }
    return blocks < 0 ? blocks : -E_NOT_FOUND;
}
