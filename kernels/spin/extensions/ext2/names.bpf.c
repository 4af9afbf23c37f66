/* SPDX-License-Identifier: MIT */
/* names.bpf.c -- handles new names. */
#include "handling.h"

NEEDS("/svc/domains/Blocks");

static inline uint32_t kind_made(unsigned long kind) {
    return kind == FILE_PLAIN       ? EXT2_FILE
           : kind == FILE_DIRECTORY ? EXT2_DIRECTORY
           : kind == FILE_SYMLINK   ? EXT2_SYMLINK
                                    : 0;
}

INSTEAD(file_make) long on_make(struct volume *v, struct file_call *c) {
    struct ext2_volume *s = ext2_of(v);
    long r = may_write(s, c);
    uint32_t kind = kind_made(c->facts.kind);
    s->target.block = 0;
    if (!r)
        r = kind ? name_set(s, c->name, c->name_bytes) : -E_NO_CALL;
    if (!r && kind == EXT2_SYMLINK)
        r = ext2_target_take(v, c);
    if (!r)
        r = ext2_make(v, (uint32_t)c->file, kind | (c->facts.mode & 07777),
                      (uint32_t)c->facts.owner);
    if (r < 0 && s->target.block)
        ext2_give(v, s->target.block, FREED_BLOCKS);
    if (r < 0)
        return r;
    c->other = (unsigned long)r;
    return 0;
}

INSTEAD(file_link) long on_link(struct volume *v, struct file_call *c) {
    long r = writes(v, c);
    if (!r)
        r = name_set(ext2_of(v), c->name, c->name_bytes);
    return r ? r : ext2_link(v, (uint32_t)c->file, (uint32_t)c->other);
}

static inline long rename_file(struct volume *v, struct file_call *c, uint32_t inode) {
    struct ext2_volume *s = ext2_of(v);
    long had = ext2_rename_to(v, (uint32_t)c->other, inode), r;
    uint32_t made = s->room.block;
    c->block = 0;
    if (had < 0 || had == inode)
        return had < 0 ? had : 0;
    r = name_set(s, c->name, c->name_bytes);
    if (!r)
        r = ext2_rename_from(v, (uint32_t)c->file, (uint32_t)c->other, made);
    if (!r && had) {
        r = ext2_inode_links(v, (uint32_t)had, 0);
        c->block = (unsigned long)had;
        c->facts.links = r < 0 ? 0 : (unsigned long)r;
    }
    return r < 0 ? r : 0;
}

INSTEAD(file_rename) long on_rename(struct volume *v, struct file_call *c) {
    struct ext2_volume *s = ext2_of(v);
    long r = writes(v, c), inode;
    if (!r)
        r = name_set(s, c->name, c->name_bytes);
    if (r)
        return r;
    inode = ext2_find(v, (uint32_t)c->file);
    if (inode < 0)
        return inode;
    struct ext2_place old = s->found;
    r = name_set(s, c->to, c->to_bytes);
    if (r)
        return r;
    if ((ext2_inode_mode(v, (uint32_t)inode) & EXT2_KIND) != EXT2_DIRECTORY)
        return rename_file(v, c, (uint32_t)inode);
    c->block = 0;
    return c->file != c->other
               ? -E_ELSEWHERE
               : ext2_rename_directory(v, (uint32_t)c->file, old.block, old.at, old.before);
}
