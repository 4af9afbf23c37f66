/* SPDX-License-Identifier: MIT */
/* format.h -- what a wfs volume is on the disk: blocks of 4,096 bytes, in this order,
 *
 *     0         struct wfs_super
 *     map       a bit for each block of the volume: it is in use
 *     nodes     struct wfs_node, 32 a block; number 0 is none, 1 the root
 *     names     struct wfs_name, 64 a block: a hash table over directory and name, open addressed
 *     data
 *
 * A file is a few extents, each twice as long as the ones before it together, so that one that is
 * written from its start to its end lies in few places. It has no holes: it is written at its end,
 * or before. A crash leaves at most blocks and nodes in use that nobody has: what leads somewhere
 * is written after what it leads to. */
#ifndef WFS_FORMAT_H
#define WFS_FORMAT_H

#include <stdint.h>

#define WFS_MAGIC     0x3153465753465731ul
#define WFS_BLOCK     4096u
#define WFS_EXTENTS   11
#define WFS_NAME_MAX  55
#define WFS_NODES_PER (WFS_BLOCK / sizeof(struct wfs_node))
#define WFS_NAMES_PER (WFS_BLOCK / sizeof(struct wfs_name))
#define WFS_MAP_PER   (WFS_BLOCK * 8)
#define WFS_ROOT      1u
#define WFS_GONE      0xffffffffu /* of a name: there was one, and others may lie behind */

struct wfs_super {
    uint64_t magic;
    uint32_t blocks, map, nodes, names, data; /* how many; where each part begins */
    uint32_t node_count, name_count;
};

struct wfs_extent {
    uint32_t block, count;
};

struct wfs_node {
    uint32_t kind, links; /* kind 0: nobody's */
    uint64_t bytes;
    uint32_t mode, entries; /* of a directory: how many names */
    uint32_t parent;        /* of a directory */
    uint32_t extents;
    uint64_t time;
    struct wfs_extent extent[WFS_EXTENTS];
};

struct wfs_name {
    uint32_t directory, node; /* node 0: nothing, and nothing behind it */
    uint8_t bytes;
    char name[WFS_NAME_MAX];
};

/* Do the parts lie behind each other, each long enough for what it has? */
static inline _Bool wfs_is_volume(const struct wfs_super *s) {
    return s->map == 1 && s->nodes > s->map && s->names > s->nodes && s->data > s->names &&
           s->data <= s->blocks && s->nodes - s->map >= s->blocks / WFS_MAP_PER + 1 &&
           (s->names - s->nodes) * WFS_NODES_PER >= s->node_count &&
           (s->data - s->names) * WFS_NAMES_PER >= s->name_count && s->node_count > WFS_ROOT &&
           s->name_count;
}

_Static_assert(sizeof(struct wfs_node) == 128 && sizeof(struct wfs_name) == 64, "as on the disk");

#endif
