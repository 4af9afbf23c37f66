/* SPDX-License-Identifier: MIT */
/* recover_wfs.c -- see recover.h: the format is read as its header says. */
#include "../../wfs/check.h"
#include "lib/error.h"
#include "recover.h"
#include "say.h"
#include "spin/extensions/wfs/format.h"
#include "spin/services/files/file_system.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH = 8 };

struct wfs {
    const uint8_t *image;
    const struct wfs_super *super;
    unsigned char *owned, *seen; /* blocks; nodes: while one is renamed it has two names */
};

static const struct wfs_node *node_of(const struct wfs *w, uint32_t node) {
    return (const struct wfs_node *)(const void *)(w->image + (size_t)w->super->nodes * WFS_BLOCK) +
           node;
}

static bool in_map(const struct wfs *w, uint32_t block) {
    return w->image[(size_t)w->super->map * WFS_BLOCK + block / 8] >> block % 8 & 1;
}

static const char *read_file(struct wfs *w, const char *path, const struct wfs_node *n,
                             struct tree *found) {
    const bool again = w->seen[n - node_of(w, 0)]++;
    uint64_t done = 0;
    if (n->bytes > (uint64_t)w->super->blocks * WFS_BLOCK || n->extents > WFS_EXTENTS)
        return say("%s: its node is none", path);
    struct entry *e = tree_add(found, path, false, n->bytes);
    for (uint32_t i = 0; i < n->extents; i++) {
        const struct wfs_extent x = n->extent[i];
        if (x.block < w->super->data || x.block >= w->super->blocks ||
            x.count > w->super->blocks - x.block)
            return say("%s: an extent is none", path);
        for (uint32_t b = x.block; b < x.block + x.count; b++) {
            size_t some = n->bytes - done < WFS_BLOCK ? n->bytes - done : WFS_BLOCK;
            if (w->owned[b]++ && !again)
                return say("%s: block %u is owned twice", path, b);
            if (!in_map(w, b))
                return say("%s: block %u is free", path, b);
            if (some)
                memcpy(e->bytes + done, w->image + (size_t)b * WFS_BLOCK, some);
            done += some;
        }
    }
    return done < n->bytes ? say("%s: it has fewer blocks than bytes", path) : NULL;
}

static const char *read_directory(struct wfs *w, uint32_t directory, const char *path,
                                  struct tree *found, unsigned depth) {
    const struct wfs_name *name =
        (const struct wfs_name *)(const void *)(w->image + (size_t)w->super->names * WFS_BLOCK);
    const char *why = NULL;
    for (uint32_t i = 0; i < w->super->name_count && !why; i++) {
        char below[400];
        const struct wfs_name *n = &name[i];
        if (!n->node || n->node == WFS_GONE || n->directory != directory)
            continue;
        snprintf(below, sizeof below, "%s%.*s", path, n->bytes, n->name);
        const struct wfs_node *its = n->node < w->super->node_count ? node_of(w, n->node) : NULL;
        if (!its || !its->kind)
            return say("%s leads to no node", below);
        if (its->kind == FILE_DIRECTORY) {
            tree_add(found, below, true, 0);
            strcat(below, "/");
            why = depth < DEPTH ? read_directory(w, n->node, below, found, depth + 1)
                                : say("%s is too deep", below);
        } else {
            why = read_file(w, below, its, found);
        }
    }
    return why;
}

const char *recover_wfs(struct recovery *r, struct tree *found) {
    struct wfs w = {.image = r->image, .super = (const struct wfs_super *)(const void *)r->image};
    const char *fault = wfs_check(r->image, r->bytes, true);
    if (fault)
        return say("wfs: %s", fault);
    if (w.super->magic != WFS_MAGIC || w.super->blocks > r->bytes / WFS_BLOCK)
        return say("wfs: there is none");
    w.owned = calloc(w.super->blocks, 1);
    w.seen = calloc(w.super->node_count, 1);
    const char *why =
        w.owned && w.seen ? read_directory(&w, WFS_ROOT, "1/", found, 0) : say("no memory");
    free(w.owned);
    free(w.seen);
    return why;
}
