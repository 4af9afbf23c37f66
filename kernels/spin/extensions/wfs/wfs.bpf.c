/* SPDX-License-Identifier: MIT */
/* wfs.bpf.c -- a file system for servers that stream (format.h): its files pass by no cache, so
 * their blocks go from the disk to their reader without a copy. What is on the disk is believed
 * nowhere: a number that leads out of its part of the volume is -E_DAMAGED. */
#include "lib/error.h"
#include "spin/extend.h"
#include "spin/extensions/wfs/format.h"
#include "spin/services/files/file_system.h"

NEEDS("/svc/domains/Blocks");

/* The volume's memory: what the superblock says, and where to look first for what is free. */
enum { MAP, NODES, NAMES, DATA, BLOCKS_, NODE_COUNT, NAME_COUNT, NEXT_BLOCK, NEXT_NODE };

static inline unsigned long known(struct volume *v, unsigned what) {
    return volume_memory(v)->word[what];
}

/* --- Nodes --- */

static inline unsigned long node_block(struct volume *v, unsigned long n) {
    return known(v, NODES) + n / WFS_NODES_PER;
}

static inline struct wfs_node *node_in(struct block *b, unsigned long n) {
    return (struct wfs_node *)(b->byte + n % WFS_NODES_PER * sizeof(struct wfs_node));
}

/* The block that has the node, held, or null: there is no such node. */
static inline struct block *node_get(struct volume *v, unsigned long n) {
    return n && n < known(v, NODE_COUNT) ? block_read(v, node_block(v, n)) : 0;
}

static inline unsigned long extents_of(const struct wfs_node *n) {
    return n->extents <= WFS_EXTENTS ? n->extents : 0;
}

static inline void tell_facts(const struct wfs_node *n, struct file_call *c) {
    c->facts.kind = n->kind;
    c->facts.bytes = n->bytes;
    c->facts.links = n->links;
    c->facts.mode = n->mode;
    c->facts.owner = 0;
    c->facts.time = n->time;
}

/* --- Blocks --- */

/* Blocks become used or free; their order against the node is the caller's. */
static int map_set(struct volume *v, unsigned long block, unsigned long count, _Bool used) {
    while (count) {
        struct block *b = block_read(v, known(v, MAP) + block / WFS_MAP_PER);
        if (!b)
            return -E_IO;
        do {
            unsigned char *byte = &b->byte[block % WFS_MAP_PER / 8];
            *byte = used ? *byte | 1u << block % 8 : *byte & ~(1u << block % 8);
            block++;
            count--;
        } while (count && block % WFS_MAP_PER);
        block_changed(v, known(v, MAP) + (block - 1) / WFS_MAP_PER);
        block_release(b);
    }
    return 0;
}

/* How many blocks are free from this one on, at most `wanted`; 0: none, or it is no data. */
static unsigned long free_from(struct volume *v, unsigned long block, unsigned long wanted) {
    unsigned long n = 0;
    struct block *b = 0;
    if (block < known(v, DATA))
        return 0;
    while (n < wanted && block + n < known(v, BLOCKS_)) {
        const unsigned long at = block + n;
        if (!b)
            b = block_read(v, known(v, MAP) + at / WFS_MAP_PER);
        if (!b || b->byte[at % WFS_MAP_PER / 8] >> at % 8 & 1)
            break;
        n++;
        if (at % WFS_MAP_PER == WFS_MAP_PER - 1) {
            block_release(b);
            b = 0;
        }
    }
    if (b)
        block_release(b);
    return n;
}

/* A run of free blocks, the longest up to `wanted` that begins in what is looked through; its
 * length, 0: the volume is full. */
static unsigned long find_free(struct volume *v, unsigned long wanted, unsigned long *block) {
    const unsigned long data = known(v, DATA), all = known(v, BLOCKS_);
    unsigned long best = 0, at = known(v, NEXT_BLOCK), left = all > data ? all - data : 0;
    if (at < data || at >= all)
        at = data;
    while (left && best < wanted) {
        unsigned long n = free_from(v, at, wanted);
        if (n > best) {
            best = n;
            *block = at;
        }
        n++;
        left = n < left ? left - n : 0;
        at += n;
        if (at >= all)
            at = data;
    }
    if (best)
        volume_memory(v)->word[NEXT_BLOCK] = *block + best;
    return best;
}

/* More blocks for a file whose extents have `have` of them: beside the last one, or in a new
 * extent. */
static int grow(struct volume *v, struct wfs_node *n, unsigned long number, unsigned long have,
                unsigned long wanted) {
    const unsigned long extents = extents_of(n), last = extents ? extents - 1 : 0;
    unsigned long at = extents ? (unsigned long)n->extent[last].block + n->extent[last].count : 0;
    unsigned long got = extents ? free_from(v, at, wanted) : 0;
    const _Bool beside = got != 0;
    if (!beside && extents == WFS_EXTENTS)
        return -E_FULL;
    if (!beside)
        got = find_free(v, wanted > have ? wanted : have, &at);
    if (!got)
        return -E_FULL;
    int error = map_set(v, at, got, 1);
    if (!error)
        error = block_order(v, known(v, MAP) + at / WFS_MAP_PER, node_block(v, number));
    if (error)
        return error;
    if (beside)
        n->extent[last].count += got;
    else if (extents < WFS_EXTENTS) {
        n->extent[extents].block = at;
        n->extent[extents].count = got;
        n->extents = extents + 1;
    }
    block_changed(v, node_block(v, number));
    return 0;
}

/* Where the file's block is, and how many follow it; 0: no extent has it, and *count is how many
 * blocks there are. */
static unsigned long locate(struct volume *v, const struct wfs_node *n, unsigned long number,
                            unsigned long *count) {
    unsigned long before = 0;
    for (unsigned i = 0; i < extents_of(n) && i < WFS_EXTENTS; i++) {
        const unsigned long block = n->extent[i].block, length = n->extent[i].count;
        if (number < before + length) {
            *count = before + length - number;
            return block >= known(v, DATA) ? block + number - before : 0;
        }
        before += length;
    }
    *count = before;
    return 0;
}

static inline unsigned long blocks_of(unsigned long bytes) {
    return bytes / WFS_BLOCK + (bytes % WFS_BLOCK != 0);
}

static long map_in(struct volume *v, struct file_call *c, struct wfs_node *n) {
    const unsigned long visible = blocks_of(n->bytes), number = c->number, wanted = c->count;
    const _Bool write = c->flags & FILE_WRITE;
    unsigned long follow, error;
    if (!wanted || number > visible || n->kind != FILE_PLAIN)
        return -E_INVALID;
    c->block = 0;
    if (number == visible && !write)
        return 0; /* what was not written is zeros */
    unsigned long block = locate(v, n, number, &follow);
    if (!block && number < visible)
        return -E_DAMAGED;
    if (!block) {
        error = grow(v, n, c->file, follow, wanted);
        if (error)
            return error;
        block = locate(v, n, number, &follow);
        if (!block)
            return -E_DAMAGED;
    }
    if (!write && follow > visible - number)
        follow = visible - number;
    c->block = block;
    c->count = follow < wanted ? follow : wanted;
    return 0;
}

INSTEAD(file_map) long map(struct volume *v, struct file_call *c) {
    struct block *b = node_get(v, c->file);
    if (!b)
        return -E_DAMAGED;
    long error = map_in(v, c, node_in(b, c->file));
    block_release(b);
    return error;
}

/* Blocks from this one of the file on are free; the node says so first. */
static int shrink(struct volume *v, struct wfs_node *n, unsigned long number, unsigned long keep) {
    unsigned long before = 0, kept = 0;
    for (unsigned i = 0; i < extents_of(n) && i < WFS_EXTENTS; i++) {
        const unsigned long block = n->extent[i].block, length = n->extent[i].count,
                            stay = keep <= before           ? 0
                                   : keep - before < length ? keep - before
                                                            : length;
        before += length;
        n->extent[i].count = stay;
        kept += stay != 0;
        block_changed(v, node_block(v, number));
        if (stay == length || block < known(v, DATA) || length > known(v, BLOCKS_) ||
            block + length > known(v, BLOCKS_))
            continue;
        int error =
            block_order(v, node_block(v, number), known(v, MAP) + (block + stay) / WFS_MAP_PER);
        if (!error)
            error = map_set(v, block + stay, length - stay, 0);
        if (error)
            return error;
    }
    n->extents = kept;
    return 0;
}

INSTEAD(file_resize) long resize(struct volume *v, struct file_call *c) {
    unsigned long have;
    struct block *b = node_get(v, c->file);
    if (!b)
        return -E_DAMAGED;
    struct wfs_node *n = node_in(b, c->file);
    const unsigned long blocks = blocks_of(c->number);
    long error = 0;
    if (n->kind != FILE_PLAIN || (blocks && !locate(v, n, blocks - 1, &have)))
        error = -E_INVALID;
    else {
        if (c->number < n->bytes)
            error = shrink(v, n, c->file, blocks);
        n->bytes = c->number;
        n->time = c->now;
        block_changed(v, node_block(v, c->file));
    }
    block_release(b);
    return error;
}

/* --- Names --- */

static inline unsigned long name_block(struct volume *v, unsigned long slot) {
    return known(v, NAMES) + slot / WFS_NAMES_PER;
}

static inline struct wfs_name *name_in(struct block *b, unsigned long slot) {
    return (struct wfs_name *)(b->byte + slot % WFS_NAMES_PER * sizeof(struct wfs_name));
}

/* Which of a call's two names, and the directory that it is in. */
enum { NAME, TO };

static inline unsigned long directory_of(const struct file_call *c, _Bool to) {
    return to ? c->other : c->file;
}

static inline unsigned long bytes_of(const struct file_call *c, _Bool to) {
    return to ? c->to_bytes : c->name_bytes;
}

static inline char letter(const struct file_call *c, _Bool to, unsigned long i) {
    return to ? c->to[i & FILE_NAME_MAX] : c->name[i & FILE_NAME_MAX];
}

static unsigned long name_slot(struct volume *v, const struct file_call *c, _Bool to) {
    unsigned long hash = directory_of(c, to) * 0x9e3779b97f4a7c15;
    for (unsigned long i = 0; i < bytes_of(c, to) && i < WFS_NAME_MAX; i++)
        hash = (hash ^ (unsigned char)letter(c, to, i)) * 0x100000001b3;
    hash ^= hash >> 29;
    const unsigned long slots = known(v, NAME_COUNT);
    return slots ? hash % slots : 0;
}

static _Bool is_name(const struct wfs_name *e, const struct file_call *c, _Bool to) {
    if (e->directory != directory_of(c, to) || e->bytes != bytes_of(c, to) || e->node == WFS_GONE)
        return 0;
    for (unsigned long i = 0; i < e->bytes && i < WFS_NAME_MAX; i++)
        if (e->name[i] != letter(c, to, i))
            return 0;
    return 1;
}

/* The node of a name, and its slot; 0: there is none, and *slot is where it could be. */
static long name_find(struct volume *v, const struct file_call *c, _Bool to, unsigned long *slot) {
    const unsigned long slots = known(v, NAME_COUNT);
    unsigned long at = name_slot(v, c, to), room = slots;
    struct block *b = 0;
    long node = 0;
    for (unsigned long i = 0; i < slots; i++) {
        if (!b)
            b = block_read(v, name_block(v, at));
        if (!b)
            return -E_IO;
        const struct wfs_name *e = name_in(b, at);
        if ((!e->node || e->node == WFS_GONE) && room == slots)
            room = at;
        if (!e->node)
            break;
        if (is_name(e, c, to)) {
            node = e->node;
            room = at;
            break;
        }
        at++;
        if (at >= slots)
            at = 0;
        if (at % WFS_NAMES_PER == 0) {
            block_release(b);
            b = 0;
        }
    }
    if (b)
        block_release(b);
    *slot = room;
    return node;
}

/* The slot has this name from here on. */
static int name_set(struct volume *v, const struct file_call *c, _Bool to, unsigned long node,
                    unsigned long slot) {
    struct block *b = slot < known(v, NAME_COUNT) ? block_read(v, name_block(v, slot)) : 0;
    if (!b)
        return slot < known(v, NAME_COUNT) ? -E_IO : -E_FULL;
    struct wfs_name *e = name_in(b, slot);
    e->directory = directory_of(c, to);
    e->node = node;
    e->bytes = bytes_of(c, to);
    for (unsigned long i = 0; i < e->bytes && i < WFS_NAME_MAX; i++)
        e->name[i] = letter(c, to, i);
    block_changed(v, name_block(v, slot));
    block_release(b);
    return 0;
}

/* It has none any more. */
static int name_clear(struct volume *v, unsigned long slot) {
    struct block *b = slot < known(v, NAME_COUNT) ? block_read(v, name_block(v, slot)) : 0;
    if (!b)
        return -E_IO;
    name_in(b, slot)->node = WFS_GONE;
    block_changed(v, name_block(v, slot));
    block_release(b);
    return 0;
}

/* A directory has some names more, or fewer; -E_INVALID: it is none. */
static int count_entries(struct volume *v, unsigned long directory, int more) {
    struct block *b = node_get(v, directory);
    if (!b)
        return -E_DAMAGED;
    struct wfs_node *n = node_in(b, directory);
    int error = n->kind == FILE_DIRECTORY ? 0 : -E_INVALID;
    if (!error && more) {
        n->entries += more;
        block_changed(v, node_block(v, directory));
    }
    block_release(b);
    return error;
}

static inline int check_name(unsigned long bytes) {
    return !bytes ? -E_INVALID : bytes > WFS_NAME_MAX ? -E_TOO_LONG : 0;
}

INSTEAD(file_find) long find(struct volume *v, struct file_call *c) {
    unsigned long slot;
    struct block *b = node_get(v, c->file);
    if (!b)
        return -E_DAMAGED;
    const struct wfs_node *n = node_in(b, c->file);
    const _Bool directory = n->kind == FILE_DIRECTORY;
    const unsigned long parent = n->parent;
    block_release(b);
    if (!directory || c->name_bytes > WFS_NAME_MAX)
        return directory ? -E_TOO_LONG : -E_INVALID;
    long node = c->name_bytes == 2 && c->name[0] == '.' && c->name[1] == '.'
                    ? (long)parent
                    : name_find(v, c, NAME, &slot);
    c->other = node;
    return node > 0 ? 0 : node ? node : -E_NOT_FOUND;
}

INSTEAD(file_facts) long facts(struct volume *v, struct file_call *c) {
    struct block *b = node_get(v, c->file);
    if (!b)
        return -E_DAMAGED;
    const struct wfs_node *n = node_in(b, c->file);
    long error = n->kind == FILE_PLAIN || n->kind == FILE_DIRECTORY ? 0 : -E_DAMAGED;
    tell_facts(n, c);
    block_release(b);
    return error;
}

INSTEAD(file_change) long change(struct volume *v, struct file_call *c) {
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

/* A node that nobody has, or 0. */
static unsigned long node_free(struct volume *v) {
    const unsigned long count = known(v, NODE_COUNT);
    unsigned long at = known(v, NEXT_NODE), found = 0;
    for (unsigned long i = 0; i < count && !found; i++, at++) {
        if (at <= WFS_ROOT || at >= count)
            at = WFS_ROOT + 1;
        struct block *b = node_get(v, at);
        if (!b)
            return 0;
        if (!node_in(b, at)->kind)
            found = at;
        block_release(b);
    }
    volume_memory(v)->word[NEXT_NODE] = at;
    return found;
}

static int node_make(struct volume *v, struct file_call *c, unsigned long number) {
    struct block *b = node_get(v, number);
    if (!b)
        return -E_IO;
    struct wfs_node *n = node_in(b, number);
    n->kind = c->facts.kind;
    n->links = 1;
    n->bytes = 0;
    n->mode = c->facts.mode;
    n->entries = 0;
    n->parent = c->file;
    n->extents = 0;
    n->time = c->now;
    block_changed(v, node_block(v, number));
    block_release(b);
    return 0;
}

/* The node, which is on the disk first, has this name. */
static int name_add(struct volume *v, const struct file_call *c, _Bool to, unsigned long node,
                    unsigned long slot) {
    int error = block_order(v, node_block(v, node), name_block(v, slot));
    if (!error)
        error = name_set(v, c, to, node, slot);
    return error ? error : count_entries(v, directory_of(c, to), 1);
}

INSTEAD(file_make) long make(struct volume *v, struct file_call *c) {
    unsigned long slot = 0;
    long error = check_name(c->name_bytes);
    if (!error)
        error = count_entries(v, c->file, 0);
    if (error)
        return error;
    long there = name_find(v, c, NAME, &slot);
    if (there)
        return there > 0 ? -E_EXISTS : there;
    if (slot >= known(v, NAME_COUNT))
        return -E_FULL;
    const unsigned long number = node_free(v);
    if (!number)
        return -E_FULL;
    error = node_make(v, c, number);
    if (!error)
        error = name_add(v, c, NAME, number, slot);
    c->other = number;
    return error;
}

/* One name more of a node, or fewer; tells how many. */
static int count_links(struct volume *v, struct file_call *c, unsigned long number, int more) {
    struct block *b = node_get(v, number);
    if (!b)
        return -E_DAMAGED;
    struct wfs_node *n = node_in(b, number);
    n->links += more;
    c->facts.links = n->links;
    block_changed(v, node_block(v, number));
    block_release(b);
    return 0;
}

INSTEAD(file_link) long link(struct volume *v, struct file_call *c) {
    unsigned long slot = 0;
    long error = check_name(c->name_bytes);
    if (!error)
        error = count_entries(v, c->file, 0);
    if (error)
        return error;
    long there = name_find(v, c, NAME, &slot);
    if (there || slot >= known(v, NAME_COUNT))
        return there > 0 ? -E_EXISTS : there ? there : -E_FULL;
    error = count_links(v, c, c->other, 1);
    return error ? error : name_add(v, c, NAME, c->other, slot);
}

/* What the name's node must be to lose it: a directory that is empty, or none. */
static int may_unlink(struct volume *v, unsigned long number, _Bool directory) {
    struct block *b = node_get(v, number);
    if (!b)
        return -E_DAMAGED;
    const struct wfs_node *n = node_in(b, number);
    int error = (n->kind == FILE_DIRECTORY) != directory ? -E_INVALID
                : directory && n->entries                ? -E_EXISTS
                                                         : 0;
    block_release(b);
    return error;
}

/* The name goes, on the disk before its node knows. */
static int name_drop(struct volume *v, unsigned long directory, unsigned long slot,
                     unsigned long node) {
    int error = name_clear(v, slot);
    if (!error)
        error = block_order(v, name_block(v, slot), node_block(v, node));
    return error ? error : count_entries(v, directory, -1);
}

INSTEAD(file_unlink) long unlink(struct volume *v, struct file_call *c) {
    unsigned long slot = 0;
    if (c->name_bytes > WFS_NAME_MAX)
        return -E_NOT_FOUND;
    long node = name_find(v, c, NAME, &slot);
    if (node <= 0)
        return node ? node : -E_NOT_FOUND;
    long error = may_unlink(v, node, (c->flags & FILE_DIRECTORY) != 0);
    if (!error)
        error = name_drop(v, c->file, slot, node);
    if (!error)
        error = count_links(v, c, node, -1);
    c->other = node;
    return error;
}

static int set_parent(struct volume *v, unsigned long number, unsigned long parent) {
    struct block *b = node_get(v, number);
    if (!b)
        return -E_DAMAGED;
    node_in(b, number)->parent = parent;
    block_changed(v, node_block(v, number));
    block_release(b);
    return 0;
}

/* The new name leads to the file before the old one is gone. */
INSTEAD(file_rename) long rename(struct volume *v, struct file_call *c) {
    unsigned long from = 0, to = 0;
    const unsigned long source = c->file, target = c->other;
    long error = check_name(c->to_bytes);
    c->block = 0;
    if (error || c->name_bytes > WFS_NAME_MAX)
        return error ? error : -E_NOT_FOUND;
    const long node = name_find(v, c, NAME, &from);
    if (node <= 0)
        return node ? node : -E_NOT_FOUND;
    const long old = name_find(v, c, TO, &to);
    if (old < 0 || old == node)
        return old < 0 ? old : 0;
    const _Bool directory = may_unlink(v, node, 1) != -E_INVALID;
    error = old ? may_unlink(v, old, directory) : count_entries(v, target, 0);
    if (!error && !old)
        error = name_add(v, c, TO, node, to);
    if (!error && old) {
        error = name_set(v, c, TO, node, to);
        if (!error)
            error = block_order(v, name_block(v, to), node_block(v, old));
        if (!error)
            error = count_links(v, c, old, -1);
        c->block = old;
    }
    if (!error)
        error = block_order(v, name_block(v, to), name_block(v, from));
    if (!error)
        error = name_clear(v, from);
    if (!error)
        error = count_entries(v, source, -1);
    return error || !directory ? error : set_parent(v, node, target);
}

INSTEAD(file_list) long list(struct volume *v, struct file_call *c) {
    const unsigned long slots = known(v, NAME_COUNT);
    for (unsigned long at = c->number; at < slots; at++) {
        struct block *b = block_read(v, name_block(v, at));
        if (!b)
            return -E_IO;
        const struct wfs_name *e = name_in(b, at);
        const unsigned long node = e->node, bytes = e->bytes;
        const _Bool found = node && node != WFS_GONE && e->directory == c->file;
        if (found && bytes <= WFS_NAME_MAX) {
            for (unsigned long i = 0; i < bytes && i < WFS_NAME_MAX; i++)
                c->name[i] = e->name[i];
            c->name_bytes = bytes;
        }
        block_release(b);
        if (!found)
            continue;
        c->number = at + 1;
        c->other = node;
        b = node_get(v, node);
        if (!b || bytes > WFS_NAME_MAX) {
            if (b)
                block_release(b);
            return -E_DAMAGED;
        }
        tell_facts(node_in(b, node), c);
        block_release(b);
        return 0;
    }
    return -E_NOT_FOUND;
}

INSTEAD(file_free) long free_file(struct volume *v, struct file_call *c) {
    struct block *b = node_get(v, c->file);
    if (!b)
        return -E_DAMAGED;
    struct wfs_node *n = node_in(b, c->file);
    n->kind = 0;
    long error = shrink(v, n, c->file, 0);
    block_release(b);
    return error;
}

/* --- Volumes --- */

/* Do the parts lie behind each other, each long enough for what it has? */
static inline _Bool is_volume(const struct wfs_super *s) {
    return s->map == 1 && s->nodes > s->map && s->names > s->nodes && s->data > s->names &&
           s->data <= s->blocks && s->nodes - s->map >= s->blocks / WFS_MAP_PER + 1 &&
           (s->names - s->nodes) * WFS_NODES_PER >= s->node_count &&
           (s->data - s->names) * WFS_NAMES_PER >= s->name_count && s->node_count > WFS_ROOT &&
           s->name_count;
}

static inline void keep(struct volume_memory *m, const struct wfs_super *s) {
    m->word[MAP] = s->map;
    m->word[NODES] = s->nodes;
    m->word[NAMES] = s->names;
    m->word[DATA] = s->data;
    m->word[BLOCKS_] = s->blocks;
    m->word[NODE_COUNT] = s->node_count;
    m->word[NAME_COUNT] = s->name_count;
}

INSTEAD(volume_mount) long mount(struct volume *v, struct file_call *c) {
    struct block *b = block_read(v, 0);
    if (!b)
        return -E_IO;
    const struct wfs_super *s = (const struct wfs_super *)b->byte;
    long error = s->magic != WFS_MAGIC ? -E_INVALID : is_volume(s) ? 0 : -E_DAMAGED;
    if (!error) {
        keep(volume_memory(v), s);
        c->number = s->blocks;
        c->count = WFS_BLOCK;
        c->file = WFS_ROOT;
        c->flags |= FILE_UNCACHED;
    }
    block_release(b);
    return error;
}

INSTEAD(volume_sync) long sync(struct volume *v, struct file_call *c) {
    (void)v, (void)c;
    return 0;
}

/* Before a volume is known its blocks are small: those of a large one are written one by one. */
#define SMALL (WFS_BLOCK / FILE_BOOT_BYTES)

static int clear(struct volume *v, unsigned long from, unsigned long to) {
    for (unsigned long i = from * SMALL; i < to * SMALL; i++) {
        struct block *b = block_new(v, i);
        if (!b)
            return -E_IO;
        block_release(b);
    }
    return 0;
}

/* The first bits of the map: what is before the data. */
static int mark_used(struct volume *v, unsigned long map, unsigned long data) {
    for (unsigned long i = 0; i < data; i++) {
        struct block *b = block_read(v, map * SMALL + i / (FILE_BOOT_BYTES * 8));
        if (!b)
            return -E_IO;
        b->byte[i / 8 % FILE_BOOT_BYTES] |= 1u << i % 8;
        block_changed(v, map * SMALL + i / (FILE_BOOT_BYTES * 8));
        block_release(b);
    }
    return 0;
}

static int make_root(struct volume *v, unsigned long nodes) {
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

/* A node for each 16 blocks, and twice as many names. */
INSTEAD(volume_format) long format(struct volume *v, struct file_call *c) {
    const unsigned long blocks = c->number / SMALL, nodes = blocks / 16 + 32;
    struct wfs_super s = {.magic = WFS_MAGIC, .blocks = blocks, .map = 1};
    s.nodes = s.map + blocks / WFS_MAP_PER + 1;
    s.node_count = nodes;
    s.names = s.nodes + nodes / WFS_NODES_PER + 1;
    s.name_count = 2 * nodes;
    s.data = s.names + 2 * nodes / WFS_NAMES_PER + 1;
    if (s.data >= blocks || blocks > 0xffffffff)
        return -E_FULL;
    long error = clear(v, 0, s.data);
    if (!error)
        error = mark_used(v, s.map, s.data);
    if (!error)
        error = make_root(v, s.nodes);
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
