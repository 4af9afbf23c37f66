/* SPDX-License-Identifier: MIT */
/* handling.h -- what handlers of the file system's events are made of. An object has all of it,
 * since what runs on fuel calls functions of its own object only; the handlers are in three
 * objects, as only so much is proven of one. */
#ifndef EXT2_HANDLING_H
#define EXT2_HANDLING_H

#include "spin/extend.h"

/* NOLINTBEGIN(bugprone-suspicious-include) */
#include "superblock.c"
#include "group.c"
#include "bitmap.c"
#include "freed.c"
#include "map.c"
#include "cut.c"
#include "inode.c"
#include "entries.c"
#include "list.c"
#include "naming.c"
#include "rename.c"
#include "symlink.c"
#include "features.c"
/* NOLINTEND(bugprone-suspicious-include) */

/* A name of the call becomes the volume's; what is known of another one's place is forgotten.
 * -E_INVALID: it is none. */
static inline long name_known(struct ext2_volume *s, const char *name, unsigned long bytes) {
    const uint32_t *word = (const uint32_t *)(const void *)name;
    if (!bytes || bytes > EXT2_NAME_MAX)
        return -E_INVALID;
    uint32_t difference = s->name.bytes ^ (uint32_t)bytes;
    for (unsigned long i = 0; i < bytes / 4; i++) {
        difference |= *name_word(s, i) ^ word[masked(i, 63)];
        *name_word(s, i) = word[masked(i, 63)];
    }
    uint32_t last = word[masked(bytes / 4, 63)] & ((1u << bytes % 4 * 8) - 1);
    difference |= *name_word(s, bytes / 4) ^ last;
    *name_word(s, bytes / 4) = last;
    if (difference)
        s->missing = 0;
    s->name.bytes = (uint32_t)bytes;
    return 0;
}

/* The same of one that something may be called, or was. */
static inline long name_set(struct ext2_volume *s, const char *name, unsigned long bytes) {
    bool dots = name[0] == '.' && (bytes == 1 || (bytes == 2 && name[1] == '.'));
    return dots ? -E_INVALID : name_known(s, name, bytes);
}

static inline void set_now(struct ext2_volume *s, const struct file_call *c) {
    s->now = (uint32_t)c->now > s->earliest ? (uint32_t)c->now : s->earliest;
}

/* At the start of a call that changes something: where entries are counts no more. */
static inline long may_write(struct ext2_volume *s, const struct file_call *c) {
    set_now(s, c);
    s->next.block = 0;
    return s->read_only && DEFENDED(READ_ONLY) ? -E_READ_ONLY : 0;
}

/* The same, and what was looked up before counts no more. */
static inline long writes(struct volume *v, const struct file_call *c) {
    struct ext2_volume *s = ext2_of(v);
    s->missing = 0;
    return may_write(s, c);
}

#endif
