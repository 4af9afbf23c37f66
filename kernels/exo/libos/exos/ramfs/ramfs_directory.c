/* SPDX-License-Identifier: MIT */
/* ramfs_directory.c -- see ramfs.h: a directory's bytes are entries. */
#include "exo/libos/exos/ramfs/ramfs.h"

#include "lib/error.h"
#include "lib/string.h"

#define ENTRY sizeof(struct ramfs_entry)

static struct ramfs_node *directory_of(struct ramfs *fs, uint32_t node) {
    struct ramfs_node *n = ramfs_find(fs, node);
    return n && n->type == RAMFS_DIRECTORY ? n : NULL;
}

static bool is_dots(struct ramfs_name name) {
    return name.length && name.length <= 2 && name.at[0] == '.' && name.at[name.length - 1] == '.';
}

/* Whether this may become an entry's. */
static long check_name(struct ramfs_name name) {
    if (!name.length || memchr(name.at, '/', name.length))
        return -E_INVALID;
    return name.length < RAMFS_NAME ? 0 : -E_TOO_LONG;
}

static bool is_name(const struct ramfs_entry *e, struct ramfs_name name) {
    return e->node && name.length < RAMFS_NAME && !memcmp(e->name, name.at, name.length) &&
           !e->name[name.length];
}

/* The entry with this name, or with none, where name.at is null; its place is *place. */
static bool find(struct ramfs *fs, uint32_t directory, struct ramfs_name name, uint64_t *place,
                 struct ramfs_entry *entry) {
    for (*place = 0; ramfs_read(fs, directory, *place, entry, sizeof *entry) == (long)sizeof *entry;
         *place += ENTRY)
        if (name.at ? is_name(entry, name) : !entry->node)
            return true;
    return false;
}

static long put(struct ramfs *fs, uint32_t directory, struct ramfs_name name, uint32_t node) {
    struct ramfs_entry e;
    uint64_t place;
    find(fs, directory, (struct ramfs_name){0}, &place, &e); /* else place is the end */
    e = (struct ramfs_entry){.node = node};
    memcpy(e.name, name.at, name.length);
    long done = ramfs_write(fs, directory, place, &e, sizeof e);
    return done == (long)sizeof e ? 0 : -E_FULL;
}

/* The entry at this place is of this node, or of none, from now on. */
static void set(struct ramfs *fs, uint32_t directory, uint64_t place, uint32_t node) {
    ramfs_write(fs, directory, place, &node, sizeof node);
}

long ramfs_lookup(struct ramfs *fs, uint32_t directory, struct ramfs_name name) {
    struct ramfs_entry e;
    uint64_t place;
    const struct ramfs_node *d = directory_of(fs, directory);
    if (!d)
        return -E_INVALID;
    if (is_dots(name))
        return name.length == 1 ? directory : d->parent;
    if (!find(fs, directory, name, &place, &e) || !ramfs_find(fs, e.node))
        return name.length < RAMFS_NAME ? -E_NOT_FOUND : -E_TOO_LONG;
    return e.node;
}

/* Whether this name may be made there. */
static long may_make(struct ramfs *fs, uint32_t directory, struct ramfs_name name) {
    struct ramfs_entry e;
    uint64_t place;
    const struct ramfs_node *d = directory_of(fs, directory);
    long error = d ? check_name(name) : -E_INVALID;
    if (!error && is_dots(name))
        return -E_EXISTS;
    if (!error && !d->links) /* removed, and still somebody's */
        return -E_NOT_FOUND;
    return error ? error : find(fs, directory, name, &place, &e) ? -E_EXISTS : 0;
}

long ramfs_make(struct ramfs *fs, uint32_t directory, struct ramfs_name name,
                enum ramfs_type type) {
    long error = may_make(fs, directory, name), node = error ? error : ramfs_new(fs, type);
    if (node < 0)
        return node;
    fs->node[node].links = 1;
    fs->node[node].parent = directory;
    error = put(fs, directory, name, (uint32_t)node);
    if (error)
        ramfs_unlinked(fs, (uint32_t)node);
    return error ? error : node;
}

long ramfs_link(struct ramfs *fs, uint32_t directory, struct ramfs_name name, uint32_t node) {
    struct ramfs_node *n = ramfs_find(fs, node);
    long error = may_make(fs, directory, name);
    if (!n)
        return -E_NOT_FOUND;
    if (n->type == RAMFS_DIRECTORY)
        return -E_PERM;
    if (!error)
        error = put(fs, directory, name, node);
    n->links += !error;
    return error;
}

static bool is_empty(struct ramfs *fs, uint32_t directory) {
    struct ramfs_entry e;
    uint64_t place = 0;
    return ramfs_list(fs, directory, &place, &e) < 0;
}

/* The node with this name, which may be removed as a directory or as something else. */
static long may_remove(struct ramfs *fs, uint32_t directory, struct ramfs_name name,
                       bool as_directory, uint64_t *place) {
    struct ramfs_entry e;
    if (!directory_of(fs, directory) || is_dots(name))
        return -E_INVALID;
    if (!find(fs, directory, name, place, &e))
        return -E_NOT_FOUND;
    bool is_directory = directory_of(fs, e.node);
    if (is_directory != as_directory)
        return as_directory ? -E_INVALID : -E_PERM;
    return is_directory && !is_empty(fs, e.node) ? -E_EXISTS : (long)e.node;
}

static long take_away(struct ramfs *fs, uint32_t directory, struct ramfs_name name,
                      bool as_directory) {
    uint64_t place;
    long node = may_remove(fs, directory, name, as_directory, &place);
    if (node < 0)
        return node;
    set(fs, directory, place, 0);
    ramfs_unlinked(fs, (uint32_t)node);
    return 0;
}

long ramfs_unlink(struct ramfs *fs, uint32_t directory, struct ramfs_name name) {
    return take_away(fs, directory, name, false);
}

long ramfs_rmdir(struct ramfs *fs, uint32_t directory, struct ramfs_name name) {
    return take_away(fs, directory, name, true);
}

/* Whether `inner` is `outer` or lies below it. Parents that go round in a spoilt tree end, too. */
static bool lies_in(struct ramfs *fs, uint32_t inner, uint32_t outer) {
    for (unsigned n = 0; n < RAMFS_NODES && inner != outer; n++) {
        const struct ramfs_node *d = directory_of(fs, inner);
        if (!d || inner == RAMFS_ROOT)
            return false;
        inner = d->parent;
    }
    return true;
}

long ramfs_rename(struct ramfs *fs, uint32_t from, struct ramfs_name name, uint32_t to,
                  struct ramfs_name new_name) {
    struct ramfs_entry e;
    uint64_t old_place, place;
    if (!directory_of(fs, from) || is_dots(name))
        return -E_INVALID;
    if (!find(fs, from, name, &old_place, &e) || !ramfs_find(fs, e.node))
        return -E_NOT_FOUND;
    struct ramfs_node *moved = directory_of(fs, e.node);
    if (moved && lies_in(fs, to, e.node))
        return -E_INVALID;
    long error = may_make(fs, to, new_name), gone = 0;
    if (error == -E_EXISTS && !is_dots(new_name)) {
        if (ramfs_lookup(fs, to, new_name) == (long)e.node)
            return 0;
        gone = may_remove(fs, to, new_name, moved, &place);
        error = gone < 0 ? gone : 0;
    }
    if (error)
        return error;
    if (gone)
        set(fs, to, place, e.node);
    else
        error = put(fs, to, new_name, e.node);
    if (error)
        return error;
    set(fs, from, old_place, 0);
    if (moved)
        moved->parent = to;
    if (gone)
        ramfs_unlinked(fs, (uint32_t)gone);
    return 0;
}

long ramfs_list(struct ramfs *fs, uint32_t directory, uint64_t *place, struct ramfs_entry *entry) {
    if (!directory_of(fs, directory))
        return -E_INVALID;
    for (uint64_t at = *place - *place % ENTRY;
         ramfs_read(fs, directory, at, entry, sizeof *entry) == (long)sizeof *entry; at += ENTRY) {
        entry->name[RAMFS_NAME - 1] = '\0';
        if (entry->node && ramfs_find(fs, entry->node)) {
            *place = at + ENTRY;
            return 0;
        }
    }
    return -E_NOT_FOUND;
}
