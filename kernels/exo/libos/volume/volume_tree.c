/* SPDX-License-Identifier: MIT */
/* volume_tree.c -- names and files of volumes, as files.h wants them (other_tree.h). ExOS calls
 * within a critical section; it ends here while the volume is used, since that may take long. */
#include "exo/libos/volume/volume_own.h"

#include "exo/defence.h"
#include "exo/libos/exos/files/other_tree.h"
#include "exo/libos/exos/process/critical.h"
#include "lib/error.h"
#include "lib/string.h"

/* --- Nodes --- */

#define PROBES 16 /* places where a file may have its node */

struct volume_node *node_at(uint32_t node) {
    struct volume_node *n = &volumes->node[node % VOLUME_NODES];
    bool is_it = n->kind != CFFS_FREE && n->volume < VOLUMES &&
                 (n->generation == node / VOLUME_NODES || !DEFENDED(VOLUME_NODE));
    return is_it ? n : NULL;
}

static long number_of(const struct volume_node *n) {
    return (long)(n->generation * VOLUME_NODES + (uint32_t)(n - volumes->node));
}

long node_of(unsigned v, struct cffs_id id, enum cffs_kind kind) {
    const uint32_t first = (id.block * 31 + id.slot) * 0x9e3779b1u >> 16;
    struct volume_node *room = NULL;
    for (uint32_t i = 0; i < PROBES; i++) {
        struct volume_node *n = &volumes->node[(first + i) % VOLUME_NODES];
        if (n->kind == kind && n->volume == v && !memcmp(&n->id, &id, sizeof id))
            return number_of(n);
        if (!n->users && (!room || (room->kind != CFFS_FREE && n->kind == CFFS_FREE)))
            room = n;
    }
    if (!room)
        return -E_FULL;
    const uint32_t generation = (room->generation + 1) % (1u << 20);
    *room = (struct volume_node){id, generation ? generation : 1, 0, (uint8_t)v, (uint8_t)kind};
    return number_of(room);
}

bool volume_is_used(unsigned v) {
    for (const struct volume_node *n = volumes->node; n < volumes->node + VOLUME_NODES; n++)
        if (n->kind != CFFS_FREE && n->volume == v &&
            n->users > (number_of(n) == (long)volumes->volume[v].root))
            return true;
    return volume_is_text(v, NULL);
}

static void use(uint32_t node, int by) {
    struct volume_node *n = node_at(node);
    if (n)
        n->users = (uint16_t)(n->users + by);
}

static unsigned type(uint32_t node) {
    const struct volume_node *n = node_at(node);
    return !n ? RAMFS_FREE : n->kind == CFFS_DIR ? RAMFS_DIRECTORY : RAMFS_FILE;
}

/* --- Turns --- */

/* The file system of a node, whose id is *id; null, and *error: there is none. Ends with leave(),
 * also then. */
static struct cffs *enter(uint32_t node, struct cffs_id *id, long *error) {
    critical_end();
    volumes_enter();
    const struct volume_node *n = node_at(node);
    *error = n ? volume_open(n->volume) : -E_NOT_FOUND;
    if (*error)
        return NULL;
    *id = n->id;
    return &volumes->volume[n->volume].fs;
}

/* The next one comes in when ExOS has ended its critical section: what it does with the result, as
 * an offset, is done by then. Signals come with the next slice. */
static long leave(long result) {
    critical_begin();
    lock_give(&volumes->lock);
    exos_own()->held--;
    return result;
}

static unsigned volume_number(const struct cffs *fs) {
    return (unsigned)((const struct volume *)fs - volumes->volume);
}
_Static_assert(offsetof(struct volume, fs) == 0, "for volume_number");

/* --- Names --- */

static bool is(struct ramfs_name name, const char *text) {
    return name.length == strlen(text) && !memcmp(name.at, text, name.length);
}

bool name_is_dots(struct ramfs_name name) {
    return is(name, ".") || is(name, "..");
}

static long look_up(struct cffs *fs, struct cffs_id *id, struct ramfs_name name,
                    enum cffs_kind *kind) {
    *kind = CFFS_DIR;
    if (is(name, "."))
        return 0;
    if (is(name, ".."))
        return cffs_parent(fs, *id, id);
    return cffs_lookup(fs, *id, (struct cffs_name){name.at, name.length}, id, kind);
}

static long lookup(uint32_t directory, struct ramfs_name name) {
    struct cffs_id id = {0};
    enum cffs_kind kind = CFFS_FREE;
    long error;
    struct cffs *fs = enter(directory, &id, &error);
    if (fs)
        error = id.slot ? -E_INVALID : look_up(fs, &id, name, &kind);
    return leave(error ? error : node_of(volume_number(fs), id, kind));
}

static long list(uint32_t directory, uint64_t *place, struct ramfs_entry *entry) {
    struct cffs_id id;
    struct cffs_entry found = {.length = 0};
    long error;
    struct cffs *fs = enter(directory, &id, &error);
    do
        error = fs ? cffs_list(fs, id, place, &found) : error;
    while (!error && found.length >= sizeof entry->name);
    if (!error) {
        *entry = (struct ramfs_entry){.node = 1};
        memcpy(entry->name, found.name, found.length);
    }
    return leave(error);
}

static long make(uint32_t directory, struct ramfs_name name, uint64_t kind) {
    struct cffs_id id, made;
    long error;
    struct cffs *fs = enter(directory, &id, &error);
    const struct cffs_name its = {name.at, name.length};
    if (fs && name_is_dots(name))
        error = -E_EXISTS;
    else if (fs)
        error = kind == RAMFS_FILE        ? cffs_create(fs, id, its, 0600, &made)
                : kind == RAMFS_DIRECTORY ? cffs_mkdir(fs, id, its, 0700, &made)
                                          : -E_INVALID;
    const bool is_file = kind == RAMFS_FILE;
    return leave(error ? error : node_of(volume_number(fs), made, is_file ? CFFS_FILE : CFFS_DIR));
}

/* What has this name, if anything, is in nobody's memory. */
static long may_go(struct cffs *fs, struct cffs_id directory, struct cffs_name name) {
    struct cffs_id id;
    long error = cffs_lookup(fs, directory, name, &id, NULL);
    if (error)
        return error == -E_NOT_FOUND ? 0 : error;
    return volume_is_shown(volume_number(fs), id, 0);
}

static long remove(uint32_t directory, struct ramfs_name name, bool is_directory) {
    struct cffs_id id;
    long error;
    struct cffs *fs = enter(directory, &id, &error);
    const struct cffs_name its = {name.at, name.length};
    if (fs)
        error = may_go(fs, id, its);
    if (!error)
        error = is_directory ? cffs_rmdir(fs, id, its) : cffs_unlink(fs, id, its);
    return leave(error);
}

/* Who has it open has it by its new name's place. */
static void moved(unsigned v, struct cffs_id old, struct cffs_id now) {
    for (struct volume_node *n = volumes->node; n < volumes->node + VOLUME_NODES; n++)
        if (n->kind != CFFS_FREE && n->volume == v && !memcmp(&n->id, &old, sizeof old))
            n->id = now;
    volume_text_moved(v, old, now);
}

static long rename(uint32_t from, struct ramfs_name name, uint32_t to, struct ramfs_name new_name) {
    struct cffs_id id, into, old, now;
    long error;
    struct cffs *fs = enter(from, &id, &error);
    const struct volume_node *n = node_at(to);
    if (fs && (!n || &volumes->volume[n->volume].fs != fs)) {
        error = -E_INVALID;
    } else if (fs) {
        const struct cffs_name its = {name.at, name.length};
        const struct cffs_name new = {new_name.at, new_name.length};
        into = n->id;
        error = may_go(fs, into, new);
        if (!error)
            error = cffs_rename(fs, id, its, into, new, &old, &now);
        if (!error)
            moved(volume_number(fs), old, now);
    }
    return leave(error);
}

/* --- What files hold --- */

static long stat(uint32_t node, struct exos_stat *s) {
    struct cffs_id id = {0};
    struct cffs_stat found = {.size = 0};
    long error;
    struct cffs *fs = enter(node, &id, &error);
    if (fs)
        error = cffs_stat(fs, id, &found);
    if (!error) /* the id says which volume, too */
        *s = (struct exos_stat){(volume_number(fs) + 1ul) << 32 | (id.block << 6 | id.slot),
                                found.size, found.kind == CFFS_DIR ? RAMFS_DIRECTORY : RAMFS_FILE,
                                1};
    return leave(error);
}

static long truncate(uint32_t node, uint64_t size) {
    struct cffs_id id;
    long error;
    struct cffs *fs = enter(node, &id, &error);
    if (fs)
        error = volume_is_text(volume_number(fs), &id)
                    ? -E_BUSY
                    : volume_is_shown(volume_number(fs), id, (size + PAGE - 1) / PAGE);
    return leave(error ? error : cffs_truncate(fs, id, size));
}

static long sync(uint32_t node) {
    struct cffs_id id;
    long error;
    struct cffs *fs = enter(node, &id, &error);
    if (fs)
        error = id.slot ? cffs_fsync(fs, id) : cffs_sync(fs);
    return leave(error);
}

/* -E_AGAIN: another process that has the open file, too, or one that appends was faster. */
static long still_at(struct cffs *fs, struct cffs_id id, const struct open_file *f, uint64_t at,
                     bool writes) {
    struct cffs_stat s;
    if (!writes || !(f->flags & EXOS_APPEND))
        return f->offset == at ? 0 : -E_AGAIN;
    long error = cffs_stat(fs, id, &s);
    return error ? error : s.size == at ? 0 : -E_AGAIN;
}

static long read(struct open_file *f, uint64_t at, void *into, size_t bytes) {
    struct cffs_id id;
    long error;
    struct cffs *fs = enter(f->at.node, &id, &error);
    if (fs)
        error = still_at(fs, id, f, at, false);
    return leave(error ? error : cffs_read(fs, id, at, into, bytes));
}

static long write(struct open_file *f, uint64_t at, const void *from, size_t bytes) {
    struct cffs_id id;
    long error;
    struct cffs *fs = enter(f->at.node, &id, &error);
    if (fs)
        error = volume_is_text(volume_number(fs), &id) ? -E_BUSY : still_at(fs, id, f, at, true);
    return leave(error ? error : cffs_write(fs, id, at, from, bytes));
}

static const struct other_tree tree = {
    .type = type,
    .use = use,
    .stat = stat,
    .lookup = lookup,
    .list = list,
    .make = make,
    .remove = remove,
    .rename = rename,
    .truncate = truncate,
    .sync = sync,
    .mapped = volume_mapped,
    .file = {read, write, .has_places = true},
};

void volume_tree_begin(void) {
    other_tree = &tree;
}
