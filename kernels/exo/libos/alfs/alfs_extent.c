/* SPDX-License-Identifier: MIT */
/* alfs_extent.c -- extents in memory: of each file a list, the newest first. */
#include "exo/libos/alfs/alfs_own.h"

struct alfs_extent *extent_new(struct alfs *fs, struct alfs_file *f) {
    uint32_t i = fs->extent_free;
    if (i != 0)
        fs->extent_free = fs->extent[i].next;
    else if (fs->extents_seen == fs->extents)
        return NULL;
    else
        i = ++fs->extents_seen;
    struct alfs_extent *e = &fs->extent[i];
    *e = (struct alfs_extent){.next = f ? f->extents : 0};
    if (f)
        f->extents = i;
    fs->extents_used++;
    return e;
}

static bool has(const struct alfs_extent *e, uint64_t index, uint32_t *i) {
    if (index - e->record.index >= ALFS_RUN)
        return false;
    *i = (uint32_t)(index - e->record.index);
    return extent_live(e) >> *i & 1;
}

struct alfs_extent *extent_find(const struct alfs *fs, struct alfs_file *f, uint64_t index,
                                uint32_t *i) {
    struct alfs_extent *e = &fs->extent[f->last];
    if (f->last != 0 && e->slot != 0 && e->record.inode == f->record.inode &&
        e->record.generation == f->record.contents && has(e, index, i))
        return e;
    for (uint32_t n = f->extents; n != 0; n = fs->extent[n].next) {
        if (!has(&fs->extent[n], index, i))
            continue;
        f->last = n;
        return &fs->extent[n];
    }
    return NULL;
}

/* The file whose list has the extent, or null. */
static struct alfs_file *owner_of(const struct alfs *fs, const struct alfs_extent *e) {
    struct alfs_file *f = &fs->file[e->record.inode];
    return f->slot != 0 && f->record.kind == ALFS_FILE && f->record.contents == e->record.generation
               ? f
               : NULL;
}

static void list_remove(struct alfs *fs, struct alfs_file *f, const struct alfs_extent *e) {
    uint32_t *at = &f->extents;
    while (*at != 0 && &fs->extent[*at] != e)
        at = &fs->extent[*at].next;
    if (*at != 0)
        *at = e->next;
}

void extent_newest(struct alfs *fs, struct alfs_extent *e) {
    struct alfs_file *f = owner_of(fs, e);
    if (f == NULL)
        return;
    list_remove(fs, f, e);
    e->next = f->extents;
    f->extents = (uint32_t)(e - fs->extent);
}

void extent_drop(struct alfs *fs, struct alfs_extent *e) {
    struct alfs_file *f = owner_of(fs, e);
    if (f != NULL)
        list_remove(fs, f, e);
    *e = (struct alfs_extent){.next = fs->extent_free};
    fs->extent_free = (uint32_t)(e - fs->extent);
    fs->extents_used--;
}

void extent_kill(struct alfs *fs, struct alfs_extent *e, uint32_t blocks) {
    e->dead |= blocks;
    if (e->doomed || blocks == 0)
        return;
    e->doomed = true;
    e->doomed_next = fs->doomed;
    fs->doomed = (uint32_t)(e - fs->extent);
}

void extents_kill(struct alfs *fs, const struct alfs_file *f, uint64_t size) {
    for (uint32_t n = f->extents; n != 0; n = fs->extent[n].next) {
        struct alfs_extent *e = &fs->extent[n];
        extent_kill(fs, e, extent_live(e) & ~extent_within(&e->record, size));
    }
}

/* Dead blocks behind the last one that lives are freed. */
static long reclaim(struct alfs *fs, struct alfs_extent *e) {
    struct alfs_record *r = &e->record;
    uint32_t live = extent_live(e);
    uint32_t keep = live ? 32 - (uint32_t)__builtin_clz(live) : 0;
    long error = keep < r->at.count ? record_resize(fs, e->slot, r, keep) : 0;
    e->dead &= extent_all(r);
    if (error == 0 && live == 0)
        extent_drop(fs, e);
    return error;
}

long extents_reclaim(struct alfs *fs) {
    while (fs->doomed != 0) {
        struct alfs_extent *e = &fs->extent[fs->doomed];
        const uint32_t next = e->doomed_next;
        long error = reclaim(fs, e);
        if (error < 0)
            return error;
        fs->doomed = next;
        e->doomed = false;
    }
    return 0;
}
