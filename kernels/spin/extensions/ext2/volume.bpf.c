/* SPDX-License-Identifier: MIT */
/* volume.bpf.c -- handles what is about a volume, and about inodes. */
#include "handling.h"

NEEDS("/svc/domains/Blocks");

INSTEAD(volume_mount) long on_mount(struct volume *v, struct file_call *c) {
    struct ext2_volume *s = ext2_of(v);
    s->now = (uint32_t)c->now;
    long r = ext2_mount(v, (c->flags & FILE_WRITE) != 0);
    if (r && s->bad_field == BAD_FEATURES) {
        put_name(c, lowest(s->bad_value & ~(uint32_t)EXT2_INCOMPAT_FILETYPE));
        return -E_NO_CALL;
    }
    if (r) {
        c->block = s->bad_block;
        put_name(c, FIELDS + s->bad_field % 32);
        return s->bad_field == BAD_MAGIC ? -E_INVALID : r;
    }
    c->file = EXT2_ROOT;
    c->count = 1u << s->shift;
    c->number = s->blocks;
    c->flags = s->read_only ? 0 : FILE_WRITE;
    return 0;
}

INSTEAD(volume_sync) long on_sync(struct volume *v, struct file_call *c) {
    set_now(ext2_of(v), c);
    return ext2_sync(v, !(c->flags & FILE_WRITE));
}

INSTEAD(file_facts) long on_facts(struct volume *v, struct file_call *c) {
    long place;
    struct block *b = inode_get(v, (uint32_t)c->file, &place);
    if (!b)
        return place;
    const struct ext2_inode *i = ext2_inode_in(b, place);
    uint32_t kind = i->mode & EXT2_KIND;
    c->facts.kind = kind == EXT2_FILE        ? FILE_PLAIN
                    : kind == EXT2_DIRECTORY ? FILE_DIRECTORY
                    : kind == EXT2_SYMLINK   ? FILE_SYMLINK
                                             : FILE_OTHER;
    c->facts.bytes = i->size;
    if (kind == EXT2_FILE)
        c->facts.bytes |= (unsigned long)i->size_high << 32;
    c->facts.links = i->links;
    c->facts.mode = i->mode & 07777;
    c->facts.owner = i->user;
    c->facts.time = i->modified;
    block_release(b);
    return 0;
}

INSTEAD(file_change) long on_change(struct volume *v, struct file_call *c) {
    long place = writes(v, c);
    struct block *b = place ? NO_BLOCK : inode_get(v, (uint32_t)c->file, &place);
    if (!b)
        return place;
    struct ext2_inode *i = ext2_inode_in(b, place);
    i->mode = (uint16_t)((i->mode & EXT2_KIND) | (c->facts.mode & 07777));
    i->user = (uint16_t)c->facts.owner;
    i->modified = (uint32_t)c->facts.time;
    i->changed = ext2_of(v)->now;
    inode_put(v, b, place);
    return 0;
}
