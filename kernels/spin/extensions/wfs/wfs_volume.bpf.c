/* SPDX-License-Identifier: MIT */
/* wfs_volume.bpf.c -- a volume of wfs: taken, and made. */
#include "spin/extensions/wfs/wfs.h"

NEEDS("/svc/domains/Blocks");

static inline void keep(struct volume_memory *m, const struct wfs_super *s) {
    m->word[MAP] = s->map;
    m->word[NODES] = s->nodes;
    m->word[NAMES] = s->names;
    m->word[DATA] = s->data;
    m->word[ALL] = s->blocks;
    m->word[NODE_COUNT] = s->node_count;
    m->word[NAME_COUNT] = s->name_count;
}

INSTEAD(volume_mount) long on_mount(struct volume *v, struct file_call *c) {
    struct block *b = block_read(v, 0);
    if (!b)
        return -E_IO;
    static const char place[] = "superblock"; /* what cannot be is in it, as block 0 */
    const struct wfs_super *s = (const struct wfs_super *)b->byte;
    long error = s->magic != WFS_MAGIC ? -E_INVALID : wfs_is_volume(s) ? 0 : -E_DAMAGED;
    if (!error) {
        keep(volume_memory(v), s);
        c->number = s->blocks;
        c->count = WFS_BLOCK;
        c->file = WFS_ROOT;
        c->flags |= FILE_UNCACHED;
    }
    block_release(b);
    for (unsigned i = 0; error && i < sizeof place; i++)
        c->name[i] = place[i];
    return error;
}

INSTEAD(volume_sync) long on_sync(struct volume *v, struct file_call *c) {
    (void)v, (void)c;
    return 0;
}

/* Before a volume is known its blocks are small: those of a large one are written one by one. */
#define SMALL (WFS_BLOCK / FILE_BOOT_BYTES)

ALONE long wfs_clear(struct volume *v, unsigned long blocks) {
    for (unsigned long i = 0; i < blocks * SMALL; i++) {
        struct block *b = block_new(v, i);
        if (!b)
            return -E_IO;
        block_release(b);
    }
    return 0;
}

/* The first bits of the map: what is before the data. */
ALONE long wfs_mark_used(struct volume *v, unsigned long map, unsigned long data) {
    for (unsigned long i = 0; i < data; i++) {
        const unsigned long number = map * SMALL + i / (FILE_BOOT_BYTES * 8);
        struct block *b = block_read(v, number);
        if (!b)
            return -E_IO;
        b->byte[i / 8 % FILE_BOOT_BYTES] |= 1u << i % 8;
        block_changed(v, number);
        block_release(b);
    }
    return 0;
}

ALONE long wfs_make_root(struct volume *v, unsigned long nodes) {
    struct block *b = block_read(v, nodes * SMALL);
    if (!b)
        return -E_IO;
    struct wfs_node *n = node_in(b, WFS_ROOT);
    n->kind = FILE_DIRECTORY;
    n->links = 1;
    n->mode = 0755;
    n->parent = WFS_ROOT;
    block_changed(v, nodes * SMALL);
    block_release(b);
    return 0;
}

/* A node for each 8 blocks, and twice as many names. */
INSTEAD(volume_format) long on_format(struct volume *v, struct file_call *c) {
    const unsigned long blocks = c->number / SMALL, nodes = blocks / 8 + 32;
    struct wfs_super s = {.magic = WFS_MAGIC, .blocks = blocks, .map = 1};
    s.nodes = s.map + blocks / WFS_MAP_PER + 1;
    s.node_count = nodes;
    s.names = s.nodes + nodes / WFS_NODES_PER + 1;
    s.name_count = 2 * nodes;
    s.data = s.names + 2 * nodes / WFS_NAMES_PER + 1;
    if (s.data >= blocks || blocks > 0xffffffff)
        return -E_FULL;
    long error = wfs_clear(v, s.data);
    if (!error)
        error = wfs_mark_used(v, s.map, s.data);
    if (!error)
        error = wfs_make_root(v, s.nodes);
    if (!error)
        error = block_sync(v); /* before anything says that it is a volume */
    struct block *b = error ? 0 : block_read(v, 0);
    if (!b)
        return error ? error : -E_IO;
    *(struct wfs_super *)b->byte = s;
    block_changed(v, 0);
    block_release(b);
    return 0;
}
