/* SPDX-License-Identifier: MIT */
/* files.bpf.c -- handles what is about the blocks of files, and names that go. */
#include "handling.h"

NEEDS("/svc/domains/Blocks");

INSTEAD(file_map) long on_map(struct volume *v, struct file_call *c) {
    struct ext2_volume *s = ext2_of(v);
    unsigned long most = c->count, first = c->number;
    uint32_t goal = 0;
    if (c->flags & FILE_WRITE) {
        long r = writes(v, c), place = ext2_inode_place(v, (uint32_t)c->file);
        if (r || place < 0)
            return r ? r : place;
        goal = c->block && c->block < s->blocks
                   ? (uint32_t)c->block
                   : map_goal(v, (uint32_t)c->file, (uint32_t)first, PLACE_BLOCK(place));
    }
    if (first >> 32 || !most)
        return -E_TOO_LONG;
    long block = goal ? ext2_map(v, (uint32_t)c->file, (uint32_t)first, goal, MAP_DATA)
                      : ext2_block_at(v, (uint32_t)c->file, (uint32_t)first);
    if (block < 0)
        return block;
    uint32_t start = (uint32_t)block, count = 1;
    c->flags = block & MAP_NEW ? c->flags | FILE_FRESH : c->flags & ~(unsigned long)FILE_FRESH;
    for (; count < most && count < s->blocks; count++) {
        long next = ext2_block_at(v, (uint32_t)c->file, (uint32_t)first + count);
        if (next < 0 || next != (start ? start + count : 0))
            break;
        if (block & MAP_NEW)
            break;
    }
    c->block = start;
    c->count = count;
    return 0;
}

INSTEAD(file_resize) long on_resize(struct volume *v, struct file_call *c) {
    struct ext2_volume *s = ext2_of(v);
    long r = writes(v, c);
    uint64_t bytes = c->number, had = ext2_inode_bytes(v, (uint32_t)c->file);
    if (r)
        return r;
    if (bytes >> (s->shift + 32) || bytes > map_bytes_max(s))
        return -E_TOO_LONG;
    r = ext2_inode_resize(v, (uint32_t)c->file, bytes);
    if (!r && bytes < had)
        r = ext2_cut(v, (uint32_t)c->file, (uint32_t)((bytes + (1u << s->shift) - 1) >> s->shift));
    return r;
}

INSTEAD(file_unlink) long on_unlink(struct volume *v, struct file_call *c) {
    long r = writes(v, c);
    if (!r)
        r = name_set(ext2_of(v), c->name, c->name_bytes);
    if (!r)
        r = ext2_unlink(v, (uint32_t)c->file, (c->flags & FILE_DIRECTORY) != 0);
    if (r < 0)
        return r;
    c->other = (unsigned long)r;
    r = ext2_inode_links(v, (uint32_t)r, 0);
    c->facts.links = r < 0 ? 0 : (unsigned long)r;
    return 0;
}

INSTEAD(file_free) long on_free(struct volume *v, struct file_call *c) {
    long r = writes(v, c);
    return r ? r : ext2_inode_free(v, (uint32_t)c->file);
}
