/* SPDX-License-Identifier: MIT */
/* alfs_names.c -- names: a hash table in memory of all that the log has. */
#include "exo/libos/alfs/alfs_own.h"

static uint32_t name_bucket(const struct alfs *fs, uint32_t directory, struct alfs_name name) {
    uint32_t hash = 2166136261u ^ directory * 0x9e3779b1u;
    for (size_t i = 0; i < name.length; i++)
        hash = (hash ^ (unsigned char)name.at[i]) * 16777619u;
    return (hash ^ hash >> 15) & (fs->buckets - 1);
}

void name_add(struct alfs *fs, uint32_t inode) {
    struct alfs_file *f = &fs->file[inode];
    uint32_t *bucket = &fs->bucket[name_bucket(fs, f->record.index, file_name(f))];
    f->next = *bucket;
    *bucket = inode;
    fs->file[f->record.index].names++;
}

void name_remove(struct alfs *fs, uint32_t inode) {
    struct alfs_file *f = &fs->file[inode];
    uint32_t *at = &fs->bucket[name_bucket(fs, f->record.index, file_name(f))];
    while (*at != inode)
        at = &fs->file[*at].next;
    *at = f->next;
    fs->file[f->record.index].names--;
}

uint32_t name_find(const struct alfs *fs, uint32_t directory, struct alfs_name name) {
    uint32_t i = fs->bucket[name_bucket(fs, directory, name)];
    for (; i != 0; i = fs->file[i].next) {
        const struct alfs_record *r = &fs->file[i].record;
        if (r->index == directory && r->length == name.length &&
            memcmp(r->name, name.at, name.length) == 0)
            break;
    }
    return i;
}

void file_forget(struct alfs *fs, uint32_t inode) {
    struct alfs_file *f = &fs->file[inode];
    extents_kill(fs, f, 0);
    f->extents = f->slot = 0;
    f->next = fs->file_free;
    fs->file_free = inode;
    fs->files_used--;
}

const struct alfs_file *alfs_file(const struct alfs *fs, struct alfs_id id) {
    const struct alfs_file *f = &fs->file[id.inode <= fs->files_seen ? id.inode : 0];
    return f->slot != 0 && f->record.generation == id.generation ? f : NULL;
}

static struct alfs_id id_of(const struct alfs *fs, uint32_t inode) {
    return (struct alfs_id){inode, fs->file[inode].record.generation};
}

/* The inode of a name, or an error. */
static long find(const struct alfs *fs, struct alfs_id directory, struct alfs_name name) {
    const struct alfs_file *d = alfs_file(fs, directory);
    if (d == NULL || d->record.kind != ALFS_DIR || name.length == 0)
        return d == NULL ? -E_NOT_FOUND : -E_INVALID;
    uint32_t inode = name.length <= ALFS_NAME ? name_find(fs, directory.inode, name) : 0;
    return name.length > ALFS_NAME ? -E_TOO_LONG : inode == 0 ? -E_NOT_FOUND : (long)inode;
}

long alfs_lookup(const struct alfs *fs, struct alfs_id directory, struct alfs_name name,
                 struct alfs_id *id) {
    long inode = find(fs, directory, name);
    if (inode < 0)
        return inode;
    if (id != NULL)
        *id = id_of(fs, (uint32_t)inode);
    return 0;
}

static uint32_t inode_new(struct alfs *fs) {
    if (fs->file_free != 0)
        return fs->file_free;
    return fs->files_seen < fs->files ? fs->files_seen + 1 : 0;
}

static void inode_take(struct alfs *fs, uint32_t inode) {
    if (inode == fs->file_free)
        fs->file_free = fs->file[inode].next;
    else
        fs->files_seen = inode;
    fs->files_used++;
}

static void name_fill(struct alfs_record *r, uint32_t directory, struct alfs_name name) {
    r->index = directory;
    r->length = (unsigned char)name.length;
    memset(r->name, 0, sizeof r->name);
    memcpy(r->name, name.at, name.length);
}

/* There is room for a record; where log or disk are full, after what is not needed has gone. */
static long room(struct alfs *fs) {
    long slot = log_room(fs);
    if (slot == -E_FULL && alfs_sync(fs) == 0)
        slot = log_room(fs);
    return slot < 0 ? slot : 0;
}

long alfs_create(struct alfs *fs, struct alfs_id directory, struct alfs_name name,
                 enum alfs_kind kind, uint16_t mode, struct alfs_id *id) {
    long error = fs->read_only ? -E_READ_ONLY : find(fs, directory, name);
    if (error != -E_NOT_FOUND || alfs_file(fs, directory) == NULL)
        return error >= 0 ? -E_EXISTS : error;
    const uint32_t inode = inode_new(fs);
    error = inode == 0 ? -E_FULL : room(fs);
    if (error < 0)
        return error;
    const uint32_t generation = ++fs->generation;
    struct alfs_record r = {.inode = inode,
                            .generation = generation,
                            .kind = (unsigned char)kind,
                            .contents = generation,
                            .modified = fs->store->ops->now(fs->store),
                            .mode = mode};
    name_fill(&r, directory.inode, name);
    long slot = record_append(fs, &r);
    if (slot < 0)
        return slot;
    struct alfs_file *f = &fs->file[inode];
    inode_take(fs, inode);
    *f = (struct alfs_file){.record = r,
                            .slot = (uint32_t)slot,
                            .zeros = true,
                            .dirty = f->dirty,
                            .dirty_next = f->dirty_next};
    name_add(fs, inode);
    if (id != NULL)
        *id = id_of(fs, inode);
    return 0;
}

long alfs_remove(struct alfs *fs, struct alfs_id directory, struct alfs_name name,
                 enum alfs_kind kind) {
    long inode = fs->read_only ? -E_READ_ONLY : find(fs, directory, name);
    if (inode < 0)
        return inode;
    const struct alfs_file *f = &fs->file[inode];
    struct alfs_record gone = f->record;
    if (gone.kind != kind)
        return kind == ALFS_DIR ? -E_INVALID : -E_PERM;
    if (f->names > 0)
        return -E_EXISTS;
    /* Names that have left the directory have not come back when it is gone. */
    long error =
        kind == ALFS_DIR && DEFENDED(ALFS_EMPTIED_FIRST) ? store_sync(fs->store, false) : 0;
    gone.kind = ALFS_GONE;
    if (error == 0)
        error = record_write(fs, f->slot, &gone);
    if (error < 0)
        return error;
    name_remove(fs, (uint32_t)inode);
    file_forget(fs, (uint32_t)inode);
    return 0;
}

/* Is the directory `inner`, or one above it, `outer`? */
static bool is_within(const struct alfs *fs, uint32_t inner, uint32_t outer) {
    while (inner != outer && inner != 1)
        inner = fs->file[inner].record.index;
    return inner == outer;
}

/* May the file `inode` take the name of `over`? */
static long may_replace(const struct alfs *fs, uint32_t inode, uint32_t over) {
    const struct alfs_file *f = &fs->file[inode], *o = &fs->file[over];
    if (f->record.kind != o->record.kind)
        return o->record.kind == ALFS_DIR ? -E_PERM : -E_INVALID;
    return o->names > 0 ? -E_EXISTS : 0;
}

/* One record has it all: the new name, and what is gone. */
long alfs_rename(struct alfs *fs, struct alfs_id directory, struct alfs_name name,
                 struct alfs_id to, struct alfs_name new_name) {
    long inode = fs->read_only ? -E_READ_ONLY : find(fs, directory, name);
    if (inode < 0)
        return inode;
    long over = find(fs, to, new_name);
    if (over == -E_NOT_FOUND && alfs_file(fs, to) != NULL)
        over = 0;
    if (over < 0 || over == inode)
        return over < 0 ? over : 0;
    struct alfs_file *f = &fs->file[inode];
    if (f->record.kind == ALFS_DIR && is_within(fs, to.inode, (uint32_t)inode))
        return -E_INVALID;
    long error = over == 0 ? 0 : may_replace(fs, (uint32_t)inode, (uint32_t)over);
    if (error == 0)
        error = room(fs);
    if (error < 0)
        return error;
    struct alfs_record r = f->record;
    name_fill(&r, to.inode, new_name);
    r.over = (uint32_t)over;
    r.over_generation = over ? fs->file[over].record.generation : 0;
    long slot = record_append(fs, &r);
    if (slot < 0)
        return slot;
    name_remove(fs, (uint32_t)inode);
    if (over != 0) {
        name_remove(fs, (uint32_t)over);
        file_forget(fs, (uint32_t)over);
    }
    f->record = r;
    f->slot = (uint32_t)slot;
    name_add(fs, (uint32_t)inode);
    return 0;
}

long alfs_list(const struct alfs *fs, struct alfs_id directory, uint64_t *place,
               struct alfs_entry *entry) {
    const struct alfs_file *d = alfs_file(fs, directory);
    if (d == NULL || d->record.kind != ALFS_DIR)
        return d == NULL ? -E_NOT_FOUND : -E_INVALID;
    for (uint64_t i = *place < 2 ? 2 : *place; i <= fs->files_seen; i++) {
        const struct alfs_record *r = &fs->file[i].record;
        if (fs->file[i].slot == 0 || r->index != directory.inode)
            continue;
        *place = i + 1;
        *entry = (struct alfs_entry){id_of(fs, (uint32_t)i), r->kind, r->length, {0}};
        memcpy(entry->name, r->name, r->length);
        return 0;
    }
    return -E_NOT_FOUND;
}
