/* SPDX-License-Identifier: MIT */
/* wfs_names.bpf.c -- the names of wfs: a hash table for all directories of a volume. */
#include "spin/extensions/wfs/wfs.h"

NEEDS("/svc/domains/Blocks");

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

/* The same as a number that no loop takes for more than a name may have. */
static inline unsigned long length_of(const struct file_call *c, _Bool to) {
    return masked(bytes_of(c, to), 63);
}

/* A letter of it, which has WFS_NAME_MAX at most. */
static inline char letter(const struct file_call *c, unsigned to, unsigned long i) {
    const unsigned long from =
        to ? offsetof(struct file_call, to) : offsetof(struct file_call, name);
    return ((const char *)c)[masked(from + masked(i, 63), 511)];
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
    const unsigned long bytes = length_of(c, to);
    for (unsigned long i = 0; i < bytes; i++)
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
    const unsigned long bytes = length_of(c, to);
    unsigned differ = e->directory != directory_of(c, to) || e->bytes != bytes;
    for (unsigned long i = 0; i < bytes && !differ; i++)
        differ = *letter_in(b, slot, i) != letter(c, to, i);
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
    const unsigned long bytes = length_of(c, to);
    e->bytes = bytes;
    for (unsigned long i = 0; i < bytes; i++)
        *letter_in(b, slot, i) = letter(c, to, i);
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

INSTEAD(file_find) long on_find(struct volume *v, struct file_call *c) {
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

INSTEAD(file_make) long on_make(struct volume *v, struct file_call *c) {
    if (c->facts.kind != FILE_PLAIN && c->facts.kind != FILE_DIRECTORY)
        return -E_NO_CALL;
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

INSTEAD(file_link) long on_link(struct volume *v, struct file_call *c) {
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

INSTEAD(file_unlink) long on_unlink(struct volume *v, struct file_call *c) {
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
    long error = block_order(v, node_block(v, node), name_block(v, slot_of(name)));
    if (!error)
        error = wfs_set_name(v, c, TO, node, slot_of(name));
    return error ? error : wfs_lose(v, slot_of(name), node_of(name));
}

/* The new name leads to the file before the old one is gone. */
INSTEAD(file_rename) long on_rename(struct volume *v, struct file_call *c) {
    const long name = c->name_bytes > WFS_NAME_MAX ? -E_FULL : wfs_name(v, c, NAME),
               old = c->to_bytes > WFS_NAME_MAX ? -E_TOO_LONG : wfs_name(v, c, TO);
    const unsigned long node = name < 0 ? 0 : node_of(name), other = old < 0 ? 0 : node_of(old);
    if (!node || old < 0)
        return node ? old : name < 0 && name != -E_FULL ? name : -E_NOT_FOUND;
    c->block = 0;
    if (node == other)
        return 0;
    long error =
        other ? wfs_may_unlink(v, other, wfs_kind(v, node) == FILE_DIRECTORY) : wfs_room(v, c, TO);
    if (error >= 0) /* it has both names for a while, of which a power cut may leave both */
        error = wfs_count_links(v, node, 1);
    if (error >= 0)
        error = other ? wfs_replace(v, c, old, node) : wfs_add_name(v, c, TO, node, slot_of(old));
    if (error < 0)
        return error;
    c->block = other;
    c->facts.links = error;
    error = block_order(v, name_block(v, slot_of(old)), name_block(v, slot_of(name)));
    if (!error)
        error = wfs_clear_name(v, slot_of(name));
    if (!error)
        error = wfs_count_entries(v, c->file, -1);
    if (!error)
        error = wfs_lose(v, slot_of(name), node);
    if (error < 0)
        return error;
    return wfs_kind(v, node) == FILE_DIRECTORY ? wfs_set_parent(v, node, c->other) : 0;
}

/* The kind of a node. */
ALONE long wfs_kind_of(struct volume *v, unsigned long node) {
    struct block *b = node_get(v, node);
    if (!b)
        return -E_DAMAGED;
    const long kind = node_in(b, node)->kind;
    block_release(b);
    return kind;
}

/* Tells the slot's entry, behind so many words: how many there are then, -E_FULL or -E_DAMAGED. */
static inline long tell(struct file_call *c, const struct wfs_name *e, struct block *b,
                        unsigned long slot, unsigned long words) {
    const unsigned long bytes = e->bytes;
    if (!bytes || bytes > WFS_NAME_MAX)
        return -E_DAMAGED;
    if (words + FILE_ENTRY_WORDS(bytes) > FILE_LIST_WORDS)
        return -E_FULL;
    uint32_t *to = c->listed;
    to[masked(words, FILE_LIST_WORDS - 1)] = slot + 1;
    to[masked(words + 1, FILE_LIST_WORDS - 1)] = e->node;
    to[masked(words + 2, FILE_LIST_WORDS - 1)] = bytes;
    words += 3;
    for (unsigned long i = 0; i <= bytes / 4; i++) {
        uint32_t word = 0;
        for (unsigned long k = 0; k < 4; k++)
            if (i * 4 + k < bytes)
                word |= (uint32_t)(unsigned char)*letter_in(b, slot, i * 4 + k) << 8 * k;
        to[masked(words, FILE_LIST_WORDS - 1)] = word;
        words++;
    }
    return words;
}

/* Tells what of this directory is in a slot's block, from that slot on: how many words there are
 * then; -E_FULL: not all of it had room. */
ALONE long wfs_list_block(struct volume *v, struct file_call *c, unsigned long slot) {
    struct block *b = c ? block_read(v, name_block(v, slot)) : 0;
    if (!b)
        return -E_IO;
    const unsigned long slots = known(v, NAME_COUNT),
                        end = slot - slot % WFS_NAMES_PER + WFS_NAMES_PER;
    long words = c->count;
    for (; slot < end && slot < slots; slot++) {
        const struct wfs_name *e = name_in(b, slot);
        if (!e->node || e->node == WFS_GONE || e->directory != c->file)
            continue;
        const long more = tell(c, e, b, slot, words);
        if (more < 0) {
            block_release(b);
            c->count = words;
            return more;
        }
        words = more;
    }
    block_release(b);
    c->count = words;
    return words;
}

/* Entries have kinds, which are in nodes: one block is held at a time. */
ALONE long wfs_list_kinds(struct volume *v, struct file_call *c) {
    if (!c)
        return -E_IO;
    for (unsigned long at = 0; at < c->count && at < FILE_LIST_WORDS;) {
        const long kind = wfs_kind_of(v, c->listed[masked(at + 1, FILE_LIST_WORDS - 1)]);
        const unsigned long bytes = c->listed[masked(at + 2, FILE_LIST_WORDS - 1)] & 0xffff;
        if (kind < 0)
            return kind;
        c->listed[masked(at + 2, FILE_LIST_WORDS - 1)] |= (uint32_t)kind << 16;
        at += FILE_ENTRY_WORDS(bytes);
    }
    return 0;
}

INSTEAD(file_list) long on_list(struct volume *v, struct file_call *c) {
    const unsigned long slots = known(v, NAME_COUNT);
    long words = 0;
    c->count = 0;
    for (unsigned long at = c->number; at < slots && words >= 0;
         at += WFS_NAMES_PER - at % WFS_NAMES_PER)
        words = wfs_list_block(v, c, at);
    if (words < 0 && words != -E_FULL)
        return words;
    return c->count ? wfs_list_kinds(v, c) : -E_NOT_FOUND;
}

/* It has no links. */
INSTEAD(file_target) long on_target(struct volume *v, struct file_call *c) {
    (void)v, (void)c;
    return -E_NO_CALL;
}
