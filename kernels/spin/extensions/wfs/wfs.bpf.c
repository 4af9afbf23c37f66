/* SPDX-License-Identifier: MIT */
/* wfs.bpf.c -- a file system for servers that stream (format.h): its files pass by no cache, so
 * their blocks go from the disk to their reader without a copy. What is on the disk is believed
 * nowhere: a number that leads out of its part of the volume is -E_DAMAGED. */
#include "lib/error.h"
#include "spin/extend.h"
#include "spin/extensions/wfs/format.h"
#include "spin/services/files/file_system.h"

NEEDS("/svc/domains/Blocks");

/* Proven by itself, at its declaration's word: not part of its callers. */
#ifdef __clang__
#define ALONE __attribute__((noinline))
#else
#define ALONE __attribute__((noipa))
#endif

/* A number with these bits of it, whatever the compiler knows of it: what is an index stays one. */
static inline unsigned long masked(unsigned long number, unsigned long mask) {
    __asm__("" : "+r"(number));
    return number & mask;
}

/* The volume's memory: what the superblock says, and where to look first for what is free. */
enum { MAP, NODES, NAMES, DATA, ALL, NODE_COUNT, NAME_COUNT, NEXT_BLOCK, NEXT_NODE };

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

static inline void tell_facts(const struct wfs_node *n, struct file_call *c) {
    c->facts.kind = n->kind;
    c->facts.bytes = n->bytes;
    c->facts.links = n->links;
    c->facts.mode = n->mode;
    c->facts.owner = 0;
    c->facts.time = n->time;
}

/* --- Blocks --- */

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
    unsigned long extent = 0;
    if (i < n->extents && i < WFS_EXTENTS)
        extent = n->extent[i].block | (unsigned long)n->extent[i].count << 32;
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
    const unsigned long extents = n->extents, last = (extents - 1) % 16;
    if (extents && last < WFS_EXTENTS && n->extent[last].block + n->extent[last].count == at)
        n->extent[last].count += count;
    else if (extents < WFS_EXTENTS) {
        n->extent[extents].block = at;
        n->extent[extents].count = count;
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
INSTEAD(file_map) long map(struct volume *v, struct file_call *c) {
    const unsigned long number = c->number, wanted = c->count;
    const long bytes = wfs_bytes(v, c->file);
    const unsigned long visible = bytes < 0 ? 0 : blocks_of(bytes);
    if (bytes < 0 || !wanted || number > visible)
        return bytes < 0 ? bytes : -E_INVALID;
    c->block = 0;
    if (number == visible && !(c->flags & FILE_WRITE))
        return 0;
    unsigned long place = wfs_locate(v, c->file, number);
    if (!place) {
        long error = number < visible ? -E_DAMAGED : wfs_grow(v, c->file, number, wanted);
        if (error)
            return error;
        place = wfs_locate(v, c->file, number);
    }
    unsigned long follow = place >> 32;
    if (!(c->flags & FILE_WRITE) && follow > visible - number)
        follow = visible - number;
    c->block = place & 0xffffffff;
    c->count = follow < wanted ? follow : wanted;
    return place ? 0 : -E_DAMAGED;
}

/* The extent has so many blocks less, and the node says so first. */
ALONE long wfs_cut(struct volume *v, unsigned long node, unsigned i, unsigned long stay) {
    struct block *b = i < WFS_EXTENTS ? node_get(v, node) : 0;
    if (!b)
        return -E_IO;
    struct wfs_node *n = node_in(b, node);
    const unsigned long block = n->extent[i].block, count = n->extent[i].count, end = block + count;
    n->extent[i].count = stay;
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

INSTEAD(file_resize) long resize(struct volume *v, struct file_call *c) {
    const long bytes = wfs_bytes(v, c->file);
    if (bytes < 0)
        return bytes;
    if (blocks_of(c->number) > wfs_has(v, c->file))
        return -E_INVALID; /* it would have a hole */
    long error =
        c->number < (unsigned long)bytes ? wfs_shrink(v, c->file, blocks_of(c->number)) : 0;
    struct block *b = error ? 0 : node_get(v, c->file);
    if (!b)
        return error ? error : -E_IO;
    struct wfs_node *n = node_in(b, c->file);
    n->bytes = c->number;
    n->time = c->now;
    block_changed(v, node_block(v, c->file));
    block_release(b);
    return 0;
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

/* A letter of it, which has WFS_NAME_MAX at most. */
static inline char letter(const struct file_call *c, unsigned to, unsigned long i) {
    i = masked(i, 63);
    return to ? c->to[i] : c->name[i];
}

/* A letter of a slot's name: where it lies in the block. */
static inline char *letter_in(struct block *b, unsigned long slot, unsigned long i) {
    return (char *)&b->byte[masked(
        slot * sizeof(struct wfs_name) + offsetof(struct wfs_name, name) + i, WFS_BLOCK - 1)];
}

ALONE unsigned long wfs_slot(struct volume *v, const struct file_call *c, unsigned to) {
    const unsigned long slots = known(v, NAME_COUNT);
    if (!c || !slots)
        return 0;
    unsigned long hash = directory_of(c, to) * 0x9e3779b97f4a7c15;
    for (unsigned i = 0; i < WFS_NAME_MAX; i++)
        if (i < bytes_of(c, to))
            hash = (hash ^ (unsigned char)letter(c, to, i)) * 0x100000001b3;
    return (hash ^ hash >> 29) % slots;
}

/* What the slot has for this name: its node; 0: nothing, and nothing behind it; SLOT_FREE: it is
 * free, SLOT_OTHER: another's, and the name may be behind. */
#define SLOT_FREE  (1l << 32)
#define SLOT_OTHER (1l << 33)
ALONE long wfs_look(struct volume *v, const struct file_call *c, unsigned to, unsigned long slot) {
    struct block *b = c ? block_read(v, name_block(v, slot)) : 0;
    if (!b)
        return -E_IO;
    const struct wfs_name *e = name_in(b, slot);
    const unsigned long bytes = bytes_of(c, to);
    unsigned differ = e->directory != directory_of(c, to) || e->bytes != bytes;
    for (unsigned i = 0; i < WFS_NAME_MAX; i++)
        differ |= i < bytes ? *letter_in(b, slot, i) ^ letter(c, to, i) : 0;
    long node = e->node == WFS_GONE ? SLOT_FREE : e->node && differ ? SLOT_OTHER : (long)e->node;
    block_release(b);
    return node;
}

/* The slot that has the name, with its node in the lower bits; or, without one, where it could be;
 * -E_FULL: nowhere. */
#define SLOT_SHIFT 33
ALONE long wfs_name(struct volume *v, const struct file_call *c, unsigned to) {
    const unsigned long slots = known(v, NAME_COUNT);
    unsigned long at = wfs_slot(v, c, to), room = slots;
    for (unsigned long i = 0; i < slots; i++) {
        const long found = wfs_look(v, c, to, at);
        if (found < 0)
            return found;
        if ((!found || found == SLOT_FREE) && room == slots)
            room = at;
        if (!found)
            break;
        if (found < SLOT_FREE)
            return (long)(at & INT32_MAX / 2) << SLOT_SHIFT | found;
        at++;
        if (at >= slots)
            at = 0;
    }
    return room < slots ? (long)(room & INT32_MAX / 2) << SLOT_SHIFT : -E_FULL;
}

static inline unsigned long node_of(long name) {
    return name & 0xffffffff;
}

static inline unsigned long slot_of(long name) {
    return name >> SLOT_SHIFT;
}

/* The slot has this name from here on. */
ALONE long wfs_set_name(struct volume *v, const struct file_call *c, unsigned to,
                        unsigned long node, unsigned long slot) {
    struct block *b = c && slot < known(v, NAME_COUNT) ? block_read(v, name_block(v, slot)) : 0;
    if (!b)
        return -E_IO;
    struct wfs_name *e = name_in(b, slot);
    e->directory = directory_of(c, to);
    e->node = node;
    e->bytes = bytes_of(c, to);
    for (unsigned i = 0; i < WFS_NAME_MAX; i++)
        *letter_in(b, slot, i) = i < bytes_of(c, to) ? letter(c, to, i) : 0;
    block_changed(v, name_block(v, slot));
    block_release(b);
    return 0;
}

/* It has none any more. */
ALONE long wfs_clear_name(struct volume *v, unsigned long slot) {
    struct block *b = slot < known(v, NAME_COUNT) ? block_read(v, name_block(v, slot)) : 0;
    if (!b)
        return -E_IO;
    name_in(b, slot)->node = WFS_GONE;
    block_changed(v, name_block(v, slot));
    block_release(b);
    return 0;
}

/* A directory has some names more, or fewer; -E_INVALID: it is none. */
ALONE long wfs_count_entries(struct volume *v, unsigned long directory, int more) {
    struct block *b = node_get(v, directory);
    if (!b)
        return -E_DAMAGED;
    struct wfs_node *n = node_in(b, directory);
    const long error = n->kind == FILE_DIRECTORY ? 0 : -E_INVALID;
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
    struct block *b = node_get(v, c->file);
    if (!b)
        return -E_DAMAGED;
    const struct wfs_node *n = node_in(b, c->file);
    const unsigned kind = n->kind;
    const unsigned long parent = n->parent;
    block_release(b);
    if (kind != FILE_DIRECTORY || c->name_bytes > WFS_NAME_MAX)
        return kind == FILE_DIRECTORY ? -E_TOO_LONG : -E_INVALID;
    long name = c->name_bytes == 2 && c->name[0] == '.' && c->name[1] == '.' ? (long)parent
                                                                             : wfs_name(v, c, NAME);
    if (name < 0)
        return name == -E_FULL ? -E_NOT_FOUND : name;
    c->other = node_of(name);
    return c->other ? 0 : -E_NOT_FOUND;
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

ALONE long wfs_kind(struct volume *v, unsigned long node) {
    struct block *b = node_get(v, node);
    if (!b)
        return -E_DAMAGED;
    const long kind = node_in(b, node)->kind;
    block_release(b);
    return kind;
}

/* A node that nobody has, or 0. */
ALONE unsigned long wfs_free_node(struct volume *v) {
    const unsigned long count = known(v, NODE_COUNT);
    unsigned long at = known(v, NEXT_NODE);
    for (unsigned long i = 0; i < count; i++, at++) {
        if (at <= WFS_ROOT || at >= count)
            at = WFS_ROOT + 1;
        if (!wfs_kind(v, at)) {
            volume_memory(v)->word[NEXT_NODE] = at + 1;
            return at;
        }
    }
    return 0;
}

ALONE long wfs_make_node(struct volume *v, const struct file_call *c, unsigned long number) {
    struct block *b = c ? node_get(v, number) : 0;
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
ALONE long wfs_add_name(struct volume *v, const struct file_call *c, unsigned to,
                        unsigned long node, unsigned long slot) {
    long error = c ? block_order(v, node_block(v, node), name_block(v, slot)) : -E_INVALID;
    if (!error)
        error = wfs_set_name(v, c, to, node, slot);
    return error || !c ? error : wfs_count_entries(v, directory_of(c, to), 1);
}

/* Where the call's name can be; -E_EXISTS: it is there. */
ALONE long wfs_room(struct volume *v, const struct file_call *c, unsigned to) {
    long error = c ? check_name(bytes_of(c, to)) : -E_INVALID;
    if (!error && c)
        error = wfs_count_entries(v, directory_of(c, to), 0);
    if (error)
        return error;
    const long name = wfs_name(v, c, to);
    return name < 0 ? name : node_of(name) ? -E_EXISTS : (long)slot_of(name);
}

INSTEAD(file_make) long make(struct volume *v, struct file_call *c) {
    const long slot = wfs_room(v, c, NAME);
    const unsigned long node = slot < 0 ? 0 : wfs_free_node(v);
    if (slot < 0 || !node)
        return slot < 0 ? slot : -E_FULL;
    const long error = wfs_make_node(v, c, node);
    c->other = node;
    return error ? error : wfs_add_name(v, c, NAME, node, slot);
}

/* One name more of a node, or fewer: how many it has. */
ALONE long wfs_count_links(struct volume *v, unsigned long node, int more) {
    struct block *b = node_get(v, node);
    if (!b)
        return -E_DAMAGED;
    struct wfs_node *n = node_in(b, node);
    n->links += more;
    const long links = n->links;
    block_changed(v, node_block(v, node));
    block_release(b);
    return links;
}

INSTEAD(file_link) long link(struct volume *v, struct file_call *c) {
    const long slot = wfs_room(v, c, NAME);
    const long links = slot < 0 ? slot : wfs_count_links(v, c->other, 1);
    return links < 0 ? links : wfs_add_name(v, c, NAME, c->other, slot);
}

/* What the node must be to lose a name: a directory that is empty, or none. */
ALONE long wfs_may_unlink(struct volume *v, unsigned long node, unsigned directory) {
    struct block *b = node_get(v, node);
    if (!b)
        return -E_DAMAGED;
    const struct wfs_node *n = node_in(b, node);
    const long error = (n->kind == FILE_DIRECTORY) != (directory != 0) ? -E_INVALID
                       : directory && n->entries                       ? -E_EXISTS
                                                                       : 0;
    block_release(b);
    return error;
}

/* The slot's name goes, on the disk before its node knows. How many names that has still. */
ALONE long wfs_lose(struct volume *v, unsigned long slot, unsigned long node) {
    const long error = block_order(v, name_block(v, slot), node_block(v, node));
    return error ? error : wfs_count_links(v, node, -1);
}

INSTEAD(file_unlink) long unlink(struct volume *v, struct file_call *c) {
    const long name = c->name_bytes > WFS_NAME_MAX ? -E_FULL : wfs_name(v, c, NAME);
    if (name < 0 || !node_of(name))
        return name < 0 && name != -E_FULL ? name : -E_NOT_FOUND;
    long error = wfs_may_unlink(v, node_of(name), (c->flags & FILE_DIRECTORY) != 0);
    if (!error)
        error = wfs_clear_name(v, slot_of(name));
    if (!error)
        error = wfs_count_entries(v, c->file, -1);
    const long links = error ? error : wfs_lose(v, slot_of(name), node_of(name));
    c->other = node_of(name);
    c->facts.links = links;
    return links < 0 ? links : 0;
}

ALONE long wfs_set_parent(struct volume *v, unsigned long node, unsigned long parent) {
    struct block *b = node_get(v, node);
    if (!b)
        return -E_DAMAGED;
    node_in(b, node)->parent = parent;
    block_changed(v, node_block(v, node));
    block_release(b);
    return 0;
}

/* The slot's name, which was another node's, is this one's. How many names the other has still. */
ALONE long wfs_replace(struct volume *v, const struct file_call *c, long name, unsigned long node) {
    long error = wfs_may_unlink(v, node_of(name), wfs_kind(v, node) == FILE_DIRECTORY);
    if (!error)
        error = block_order(v, node_block(v, node), name_block(v, slot_of(name)));
    if (!error)
        error = wfs_set_name(v, c, TO, node, slot_of(name));
    return error ? error : wfs_lose(v, slot_of(name), node_of(name));
}

/* The new name leads to the file before the old one is gone. */
INSTEAD(file_rename) long rename(struct volume *v, struct file_call *c) {
    const long name = c->name_bytes > WFS_NAME_MAX ? -E_FULL : wfs_name(v, c, NAME),
               old = c->to_bytes > WFS_NAME_MAX ? -E_TOO_LONG : wfs_name(v, c, TO);
    const unsigned long node = name < 0 ? 0 : node_of(name), other = old < 0 ? 0 : node_of(old);
    if (!node || old < 0)
        return node ? old : name < 0 && name != -E_FULL ? name : -E_NOT_FOUND;
    c->block = 0;
    if (node == other)
        return 0;
    long error = other ? wfs_replace(v, c, old, node) : wfs_room(v, c, TO);
    if (error < 0)
        return error;
    c->block = other;
    c->facts.links = error;
    error = other ? 0 : wfs_add_name(v, c, TO, node, slot_of(old));
    if (!error)
        error = block_order(v, name_block(v, slot_of(old)), name_block(v, slot_of(name)));
    if (!error)
        error = wfs_clear_name(v, slot_of(name));
    if (!error)
        error = wfs_count_entries(v, c->file, -1);
    return error || wfs_kind(v, node) != FILE_DIRECTORY ? error : wfs_set_parent(v, node, c->other);
}

/* The slot's entry, if it is this directory's: 1; 0: it is not. */
ALONE long wfs_entry(struct volume *v, struct file_call *c, unsigned long slot) {
    struct block *b = c ? block_read(v, name_block(v, slot)) : 0;
    if (!b)
        return -E_IO;
    const struct wfs_name *e = name_in(b, slot);
    const unsigned long node = e->node, bytes = e->bytes;
    const long found = node && node != WFS_GONE && e->directory == c->file;
    for (unsigned long i = 0; i < WFS_NAME_MAX; i++)
        if (found)
            c->name[masked(i, 63)] = *letter_in(b, slot, i);
    block_release(b);
    if (!found)
        return 0;
    c->name_bytes = bytes;
    c->other = node;
    c->number = slot + 1;
    b = bytes <= WFS_NAME_MAX ? node_get(v, node) : 0;
    if (!b)
        return -E_DAMAGED;
    tell_facts(node_in(b, node), c);
    block_release(b);
    return 1;
}

INSTEAD(file_list) long list(struct volume *v, struct file_call *c) {
    const unsigned long slots = known(v, NAME_COUNT);
    for (unsigned long at = c->number; at < slots; at++) {
        const long found = wfs_entry(v, c, at);
        if (found)
            return found < 0 ? found : 0;
    }
    return -E_NOT_FOUND;
}

INSTEAD(file_free) long free_file(struct volume *v, struct file_call *c) {
    struct block *b = node_get(v, c->file);
    if (!b)
        return -E_DAMAGED;
    node_in(b, c->file)->kind = 0;
    block_changed(v, node_block(v, c->file));
    block_release(b);
    return wfs_shrink(v, c->file, 0);
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
    m->word[ALL] = s->blocks;
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
