/* SPDX-License-Identifier: MIT */
/* wfs_fsck.c -- see wfs_fsck.h. First what cannot be mended is looked for: an extent that leads out
 * of the volume, a block that two files have. Then each part is made as the walk from the root
 * says. */
#include "wfs_fsck.h"

#include <stdio.h>
#include <stdlib.h>

#include "spin/extensions/wfs/format.h"
#include "spin/services/files/file_system.h"

/* What the walk has found of a node. */
struct found {
    bool reached;
    uint32_t parent, names, within; /* names that lead to it; of a directory, that lie in it */
};

struct walk {
    uint8_t *disk;
    const struct wfs_super *super;
    struct found *found;
    bool *owned; /* a block is some file's */
    bool mend;
    void (*tell)(const char *finding);
    unsigned mended;
};

#define TELL(w, ...)                                                                               \
    do {                                                                                           \
        char finding_[128];                                                                        \
        snprintf(finding_, sizeof finding_, __VA_ARGS__);                                          \
        (w)->tell(finding_);                                                                       \
    } while (0)

/* To be mended: is it? */
#define MENDS(w, ...) (((w)->mended++), ({ TELL(w, __VA_ARGS__); }), (w)->mend)

static struct wfs_node *node_at(const struct walk *w, uint32_t n) {
    return (struct wfs_node *)(void *)(w->disk + (size_t)w->super->nodes * WFS_BLOCK) + n;
}

static struct wfs_name *name_at(const struct walk *w, uint32_t i) {
    return (struct wfs_name *)(void *)(w->disk + (size_t)w->super->names * WFS_BLOCK) + i;
}

static bool is_directory(const struct walk *w, uint32_t n) {
    return n < w->super->node_count && node_at(w, n)->kind == FILE_DIRECTORY;
}

static bool is_name(const struct wfs_name *e) {
    return e->node && e->node != WFS_GONE;
}

/* Does the name lead from what is reached to a node? The root has no name. */
static bool leads(const struct walk *w, const struct wfs_name *e) {
    return is_name(e) && e->bytes && e->bytes <= WFS_NAME_MAX && e->node != WFS_ROOT &&
           e->node < w->super->node_count && node_at(w, e->node)->kind &&
           is_directory(w, e->directory) && w->found[e->directory].reached;
}

/* Is a directory that was reached that one, or below it? */
static bool is_within(const struct walk *w, uint32_t n, uint32_t above) {
    while (n != above && n != WFS_ROOT)
        n = w->found[n].parent;
    return n == above;
}

/* Until nothing more is: a pass reaches at least one level of directories. */
static void reach(struct walk *w) {
    bool more = true;
    w->found[WFS_ROOT].reached = is_directory(w, WFS_ROOT);
    w->found[WFS_ROOT].parent = WFS_ROOT;
    while (more) {
        more = false;
        for (uint32_t i = 0; i < w->super->name_count; i++) {
            const struct wfs_name *e = name_at(w, i);
            if (!leads(w, e) || w->found[e->node].reached)
                continue;
            w->found[e->node].reached = more = true;
            w->found[e->node].parent = e->directory;
        }
    }
    for (uint32_t i = 0; i < w->super->name_count; i++) {
        const struct wfs_name *e = name_at(w, i);
        if (leads(w, e) && e->directory == node_at(w, e->node)->parent &&
            !is_within(w, e->directory, e->node))
            w->found[e->node].parent = e->directory; /* it says so itself */
    }
}

/* A directory that was being renamed may have both names: it keeps that where it says it is. */
static bool stays(const struct walk *w, const struct wfs_name *e) {
    const struct found *f = &w->found[e->node];
    return !is_directory(w, e->node) || (!f->names && e->directory == f->parent);
}

/* Are its extents of the volume's data, and no other file's? */
static bool own_extents(struct walk *w, uint32_t n) {
    const struct wfs_node *node = node_at(w, n);
    const struct wfs_super *s = w->super;
    uint64_t blocks = 0;
    if (node->extents > WFS_EXTENTS)
        return false;
    for (uint32_t i = 0; i < node->extents; i++) {
        const struct wfs_extent e = node->extent[i];
        if (e.count && (e.block < s->data || e.block >= s->blocks || e.count > s->blocks - e.block))
            return false;
        blocks += e.count;
        for (uint32_t b = e.block; b < e.block + e.count; b++) {
            if (w->owned[b])
                return false;
            w->owned[b] = true;
        }
    }
    return node->bytes <= blocks * WFS_BLOCK;
}

static bool is_whole(struct walk *w) {
    bool whole = w->found[WFS_ROOT].reached;
    if (!whole)
        TELL(w, "the root is no directory");
    for (uint32_t n = WFS_ROOT; n < w->super->node_count; n++) {
        if (!w->found[n].reached)
            continue;
        if (node_at(w, n)->kind != FILE_PLAIN && !is_directory(w, n)) {
            TELL(w, "node %u: neither a file nor a directory", n);
            whole = false;
        }
        if (!own_extents(w, n)) {
            TELL(w, "node %u: its extents lead out of the volume, are another's, or too few", n);
            whole = false;
        }
    }
    return whole;
}

static void mend_names(struct walk *w) {
    for (uint32_t i = 0; i < w->super->name_count; i++) {
        struct wfs_name *e = name_at(w, i);
        if (leads(w, e) && stays(w, e)) {
            w->found[e->node].names++;
            w->found[e->directory].within++;
        } else if (is_name(e) &&
                   MENDS(w, "name %u leads nowhere, or is a directory's second: it goes", i)) {
            e->node = WFS_GONE;
        }
    }
}

static void mend_nodes(struct walk *w) {
    for (uint32_t n = WFS_ROOT; n < w->super->node_count; n++) {
        struct wfs_node *node = node_at(w, n);
        const struct found *f = &w->found[n];
        const uint32_t links = f->names + (n == WFS_ROOT);
        const bool directory = node->kind == FILE_DIRECTORY;
        if (node->kind && !f->reached) {
            if (MENDS(w, "node %u is nobody's: it is free", n))
                *node = (struct wfs_node){0};
            continue;
        }
        if (!node->kind)
            continue;
        if (node->links != links && MENDS(w, "node %u has %u names, not %u", n, links, node->links))
            node->links = links;
        if (directory && node->entries != f->within &&
            MENDS(w, "directory %u has %u entries, not %u", n, f->within, node->entries))
            node->entries = f->within;
        if (directory && node->parent != f->parent &&
            MENDS(w, "directory %u lies in %u, not in %u", n, f->parent, node->parent))
            node->parent = f->parent;
    }
}

static void mend_map(struct walk *w) {
    uint8_t *map = w->disk + (size_t)w->super->map * WFS_BLOCK;
    for (uint32_t b = 0; b < w->super->blocks; b++) {
        const bool used = b < w->super->data || w->owned[b];
        if ((map[b / 8] >> b % 8 & 1) != used &&
            MENDS(w, "block %u is %s", b, used ? "in use, and the map has it free" : "nobody's"))
            map[b / 8] ^= (uint8_t)(1u << b % 8);
    }
}

enum wfs_state wfs_fsck(uint8_t *disk, size_t bytes, bool mend, void (*tell)(const char *finding)) {
    const struct wfs_super *s = (const void *)disk;
    if (bytes < WFS_BLOCK || s->magic != WFS_MAGIC)
        return WFS_NO_VOLUME;
    struct walk w = {.disk = disk, .super = s, .mend = mend, .tell = tell};
    if (!wfs_is_volume(s) || s->blocks > bytes / WFS_BLOCK) {
        TELL(&w,
             "the superblock: parts that do not lie behind each other, or more than the disk has");
        return WFS_DAMAGED;
    }
    w.found = calloc(s->node_count, sizeof *w.found);
    w.owned = calloc(s->blocks, sizeof *w.owned);
    if (!w.found || !w.owned)
        abort();
    reach(&w);
    const bool whole = is_whole(&w);
    if (whole) {
        mend_names(&w);
        mend_nodes(&w);
        mend_map(&w);
    }
    free(w.found);
    free(w.owned);
    return !whole ? WFS_DAMAGED : w.mended ? WFS_MENDED : WFS_WELL;
}
