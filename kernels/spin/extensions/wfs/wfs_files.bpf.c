/* SPDX-License-Identifier: MIT */
/* wfs_files.bpf.c -- where the bytes of wfs's files are. They pass by no cache, so their blocks go
 * from the disk to their reader without a copy. */
#include "spin/extensions/wfs/wfs.h"

NEEDS("/svc/domains/Blocks");

static inline unsigned long map_block(struct volume *v, unsigned long block) {
    return known(v, MAP) + block / WFS_MAP_PER;
}

/* Blocks become used or free; their order against the node is the caller's. */
ALONE long wfs_map_set(struct volume *v, unsigned long block, unsigned long count, unsigned used) {
    for (unsigned long i = 0; i < count; i++) {
        struct block *b = block_read(v, map_block(v, block + i));
        if (!b)
            return -E_IO;
        const unsigned long bit = block + i;
        unsigned char *byte = &b->byte[bit / 8 % WFS_BLOCK];
        *byte = used ? *byte | 1u << bit % 8 : *byte & ~(1u << bit % 8);
        block_changed(v, map_block(v, bit));
        block_release(b);
    }
    return 0;
}

/* Is it free? Of what is no data, no. */
ALONE long wfs_is_free(struct volume *v, unsigned long block) {
    if (block < known(v, DATA) || block >= known(v, ALL))
        return 0;
    struct block *b = block_read(v, map_block(v, block));
    if (!b)
        return 0;
    const long is = !(b->byte[block / 8 % WFS_BLOCK] >> block % 8 & 1);
    block_release(b);
    return is;
}

/* How many blocks are free from this one on, at most `wanted`. */
ALONE unsigned long wfs_free_from(struct volume *v, unsigned long block, unsigned long wanted) {
    unsigned long n = 0;
    while (n < wanted && wfs_is_free(v, block + n))
        n++;
    return n;
}

/* The first of a run of free blocks: the first that has as many as wanted, or the longest; 0: the
 * volume is full. */
ALONE unsigned long wfs_find_free(struct volume *v, unsigned long wanted) {
    const unsigned long data = known(v, DATA), all = known(v, ALL);
    unsigned long best = 0, block = 0, at = known(v, NEXT_BLOCK), looked = 0;
    while (looked < all && best < wanted) {
        if (at < data || at >= all)
            at = data;
        const unsigned long n = wfs_free_from(v, at, wanted);
        if (n > best) {
            best = n;
            block = at;
        }
        at += n + 1;
        looked += n + 1;
    }
    volume_memory(v)->word[NEXT_BLOCK] = block + best;
    return block;
}

/* An extent of the file: its first block, and above 32 bits how many; 0: it has not so many. */
ALONE unsigned long wfs_extent(struct volume *v, unsigned long node, unsigned i) {
    struct block *b = i < WFS_EXTENTS ? node_get(v, node) : 0;
    if (!b)
        return 0;
    const struct wfs_node *n = node_in(b, node);
    const struct wfs_extent *e = extent_in(b, node, i);
    const unsigned long extent = i < n->extents ? e->block | (unsigned long)e->count << 32 : 0;
    block_release(b);
    return extent;
}

/* Where the file's block is, and above 32 bits how many follow it; 0: no extent has it. */
ALONE unsigned long wfs_locate(struct volume *v, unsigned long node, unsigned long number) {
    for (unsigned i = 0; i < WFS_EXTENTS; i++) {
        const unsigned long extent = wfs_extent(v, node, i), count = extent >> 32;
        if (number < count)
            return (extent & 0xffffffff) < known(v, DATA)
                       ? 0
                       : ((extent & 0xffffffff) + number) | (count - number) << 32;
        number -= count;
    }
    return 0;
}

/* How many blocks the file's extents have. */
ALONE unsigned long wfs_has(struct volume *v, unsigned long node) {
    unsigned long sum = 0;
    for (unsigned i = 0; i < WFS_EXTENTS; i++)
        sum += wfs_extent(v, node, i) >> 32;
    return sum;
}

/* The file has these blocks, too, which are on the disk as used first: beside its last extent, or
 * as one more. */
ALONE long wfs_add_extent(struct volume *v, unsigned long node, unsigned long at,
                          unsigned long count) {
    long error = wfs_map_set(v, at, count, 1);
    if (!error)
        error = block_order(v, map_block(v, at), node_block(v, node));
    struct block *b = error ? 0 : node_get(v, node);
    if (!b)
        return error ? error : -E_IO;
    struct wfs_node *n = node_in(b, node);
    const unsigned long extents = n->extents;
    struct wfs_extent *last = extent_in(b, node, extents - 1), *next = extent_in(b, node, extents);
    if (extents && extents <= WFS_EXTENTS && last->block + last->count == at)
        last->count += count;
    else if (extents < WFS_EXTENTS) {
        next->block = at;
        next->count = count;
        n->extents = extents + 1;
    } else
        error = -E_FULL;
    block_changed(v, node_block(v, node));
    block_release(b);
    return error;
}

/* More blocks for a file that has `have`: behind its last one, or else a run as long as all that it
 * has. */
ALONE long wfs_grow(struct volume *v, unsigned long node, unsigned long have,
                    unsigned long wanted) {
    const unsigned long last = have ? wfs_locate(v, node, have - 1) & 0xffffffff : 0;
    unsigned long at = last + 1, got = last ? wfs_free_from(v, at, wanted) : 0;
    if (!got) {
        wanted = wanted > have ? wanted : have;
        at = wfs_find_free(v, wanted);
        got = at ? wfs_free_from(v, at, wanted) : 0;
    }
    return got ? wfs_add_extent(v, node, at, got) : -E_FULL;
}

static inline unsigned long blocks_of(unsigned long bytes) {
    return bytes / WFS_BLOCK + (bytes % WFS_BLOCK != 0);
}

/* The file's bytes; -E_INVALID: it is none. */
ALONE long wfs_bytes(struct volume *v, unsigned long node) {
    struct block *b = node_get(v, node);
    if (!b)
        return -E_DAMAGED;
    const struct wfs_node *n = node_in(b, node);
    const long bytes = n->kind != FILE_PLAIN ? -E_INVALID : (long)(n->bytes & INT64_MAX);
    block_release(b);
    return bytes;
}

/* What was not written is zeros; at its end a file may be written. */
INSTEAD(file_map) long on_map(struct volume *v, struct file_call *c) {
    const unsigned long number = c->number, wanted = c->count;
    const long bytes = wfs_bytes(v, c->file);
    const unsigned long visible = bytes < 0 ? 0 : blocks_of(bytes), asked = c->block;
    if (bytes < 0 || !wanted || number > visible)
        return bytes < 0 ? bytes : -E_INVALID;
    c->block = 0;
    if (number == visible && !(c->flags & FILE_WRITE))
        return 0;
    unsigned long place = wfs_locate(v, c->file, number);
    if (!place) {
        if (asked)
            volume_memory(v)->word[NEXT_BLOCK] = asked;
        long error = number < visible ? -E_DAMAGED : wfs_grow(v, c->file, number, wanted);
        if (error)
            return error;
        place = wfs_locate(v, c->file, number);
    }
    unsigned long follow = place >> 32;
    if (number < visible && follow > visible - number)
        follow = visible - number;
    c->flags = number < visible ? c->flags & ~(unsigned long)FILE_FRESH : c->flags | FILE_FRESH;
    c->block = place & 0xffffffff;
    c->count = follow < wanted ? follow : wanted;
    return place ? 0 : -E_DAMAGED;
}

/* The extent has so many blocks less, and the node says so first. */
ALONE long wfs_cut(struct volume *v, unsigned long node, unsigned i, unsigned long stay) {
    struct block *b = i < WFS_EXTENTS ? node_get(v, node) : 0;
    if (!b)
        return -E_IO;
    struct wfs_extent *e = extent_in(b, node, i);
    const unsigned long block = e->block, count = e->count, end = block + count;
    e->count = stay;
    block_changed(v, node_block(v, node));
    block_release(b);
    if (stay >= count || block < known(v, DATA) || end > known(v, ALL))
        return 0;
    long error = block_order(v, node_block(v, node), map_block(v, block + stay));
    return error ? error : wfs_map_set(v, block + stay, count - stay, 0);
}

/* Blocks of the file from `keep` on are free. */
ALONE long wfs_shrink(struct volume *v, unsigned long node, unsigned long keep) {
    unsigned long before = 0, extents = 0;
    for (unsigned i = 0; i < WFS_EXTENTS; i++) {
        const unsigned long count = wfs_extent(v, node, i) >> 32, stay = keep <= before ? 0
                                                                         : keep - before < count
                                                                             ? keep - before
                                                                             : count;
        long error = stay < count ? wfs_cut(v, node, i, stay) : 0;
        if (error)
            return error;
        before += count;
        extents += stay != 0;
    }
    struct block *b = node_get(v, node);
    if (!b)
        return -E_IO;
    node_in(b, node)->extents = extents;
    block_release(b);
    return 0;
}

/* It says less before its blocks are others'. */
INSTEAD(file_resize) long on_resize(struct volume *v, struct file_call *c) {
    const long bytes = wfs_bytes(v, c->file);
    if (bytes < 0)
        return bytes;
    if (blocks_of(c->number) > wfs_has(v, c->file))
        return -E_INVALID; /* it would have a hole */
    struct block *b = node_get(v, c->file);
    if (!b)
        return -E_IO;
    struct wfs_node *n = node_in(b, c->file);
    n->bytes = c->number;
    n->time = c->now;
    block_changed(v, node_block(v, c->file));
    block_release(b);
    return c->number < (unsigned long)bytes ? wfs_shrink(v, c->file, blocks_of(c->number)) : 0;
}

INSTEAD(file_facts) long on_facts(struct volume *v, struct file_call *c) {
    struct block *b = node_get(v, c->file);
    if (!b)
        return -E_DAMAGED;
    const struct wfs_node *n = node_in(b, c->file);
    long error = n->kind == FILE_PLAIN || n->kind == FILE_DIRECTORY ? 0 : -E_DAMAGED;
    tell_facts(n, c);
    block_release(b);
    return error;
}

INSTEAD(file_change) long on_change(struct volume *v, struct file_call *c) {
    struct block *b = node_get(v, c->file);
    if (!b)
        return -E_DAMAGED;
    struct wfs_node *n = node_in(b, c->file);
    n->mode = c->facts.mode;
    n->time = c->facts.time;
    block_changed(v, node_block(v, c->file));
    block_release(b);
    return 0;
}

INSTEAD(file_free) long on_free(struct volume *v, struct file_call *c) {
    struct block *b = node_get(v, c->file);
    if (!b)
        return -E_DAMAGED;
    node_in(b, c->file)->kind = 0;
    block_changed(v, node_block(v, c->file));
    block_release(b);
    return wfs_shrink(v, c->file, 0);
}
