/* SPDX-License-Identifier: MIT */
/* check.c -- see check.h. */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "spin/extensions/wfs/format.h"
#include "spin/services/files/file_system.h"

struct walk {
    const uint8_t *disk;
    const struct wfs_super *super;
    uint8_t *owned;           /* by a byte a block: how often */
    uint32_t *names, *within; /* of a node: how many lead to it, and, of a directory, lie in it */
    bool crash;
    char wrong[160];
};

#define WRONG(w, ...)                                                                              \
    ((w)->wrong[0] ? (void)0 : (void)snprintf((w)->wrong, sizeof(w)->wrong, __VA_ARGS__))

static const struct wfs_node *node_at(const struct walk *w, uint32_t n) {
    return (const struct wfs_node *)(const void *)(w->disk + (size_t)w->super->nodes * WFS_BLOCK) +
           n;
}

static const struct wfs_name *name_at(const struct walk *w, uint32_t n) {
    return (const struct wfs_name *)(const void *)(w->disk + (size_t)w->super->names * WFS_BLOCK) +
           n;
}

static bool is_used(const struct walk *w, uint32_t block) {
    return w->disk[(size_t)w->super->map * WFS_BLOCK + block / 8] >> block % 8 & 1;
}

static void walk_extents(struct walk *w, uint32_t n) {
    const struct wfs_node *node = node_at(w, n);
    uint64_t blocks = 0;
    if (node->extents > WFS_EXTENTS)
        WRONG(w, "node %u has %u extents", n, node->extents);
    for (uint32_t i = 0; i < node->extents && i < WFS_EXTENTS; i++) {
        const struct wfs_extent e = node->extent[i];
        blocks += e.count;
        if (e.count && (e.block < w->super->data || e.block >= w->super->blocks ||
                        e.count > w->super->blocks - e.block)) {
            WRONG(w, "node %u: %u blocks from %u on", n, e.count, e.block);
            return;
        }
        for (uint32_t b = e.block; b < e.block + e.count; b++) {
            if (w->owned[b]++)
                WRONG(w, "block %u is of node %u and of another", b, n);
            if (!is_used(w, b))
                WRONG(w, "block %u of node %u is free", b, n);
        }
    }
    if (node->bytes > blocks * WFS_BLOCK)
        WRONG(w, "node %u has %lu bytes in %lu blocks", n, node->bytes, blocks);
}

static void walk_names(struct walk *w) {
    for (uint32_t i = 0; i < w->super->name_count; i++) {
        const struct wfs_name *e = name_at(w, i);
        if (!e->node || e->node == WFS_GONE)
            continue;
        if (e->node >= w->super->node_count || !node_at(w, e->node)->kind)
            WRONG(w, "name %u leads to node %u, which is none", i, e->node);
        else if (e->directory >= w->super->node_count ||
                 node_at(w, e->directory)->kind != FILE_DIRECTORY)
            WRONG(w, "name %u lies in node %u, which is no directory", i, e->directory);
        else {
            w->names[e->node]++;
            w->within[e->directory]++;
        }
    }
}

static void walk_nodes(struct walk *w) {
    for (uint32_t n = WFS_ROOT; n < w->super->node_count; n++) {
        const struct wfs_node *node = node_at(w, n);
        const uint32_t names = w->names[n] + (n == WFS_ROOT);
        if (!node->kind)
            continue;
        walk_extents(w, n);
        if (names > node->links || (names < node->links && !w->crash))
            WRONG(w, "node %u has %u links and %u names", n, node->links, names);
        if (node->kind == FILE_DIRECTORY && node->entries != w->within[n] && !w->crash)
            WRONG(w, "directory %u says %u entries and has %u", n, node->entries, w->within[n]);
    }
}

static void walk_map(struct walk *w) {
    for (uint32_t b = 0; b < w->super->blocks; b++)
        if (b < w->super->data ? !is_used(w, b) : is_used(w, b) && !w->owned[b] && !w->crash)
            WRONG(w, "block %u is %s", b, b < w->super->data ? "free" : "used, and nobody's");
}

const char *wfs_check(const uint8_t *disk, size_t bytes, bool crash) {
    static struct walk w;
    w = (struct walk){.disk = disk, .super = (const void *)disk, .crash = crash};
    if (w.super->magic != WFS_MAGIC || w.super->blocks > bytes / WFS_BLOCK)
        return "no volume";
    w.owned = calloc(w.super->blocks, 1);
    w.names = calloc(w.super->node_count, sizeof *w.names);
    w.within = calloc(w.super->node_count, sizeof *w.within);
    walk_names(&w);
    walk_nodes(&w);
    walk_map(&w);
    free(w.owned);
    free(w.names);
    free(w.within);
    return w.wrong[0] ? w.wrong : NULL;
}
