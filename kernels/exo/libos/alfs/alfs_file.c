/* SPDX-License-Identifier: MIT */
/* alfs_file.c -- what a file holds. */
#include "exo/libos/alfs/alfs_own.h"

enum { BATCH = 64 };
#define BLOCKS_MOST (1ul << 24)

/* Of a block's bytes, and of where they belong. */
uint32_t block_sum(const struct alfs_record *extent, uint32_t i, const unsigned char *bytes) {
    const uint64_t *word = (const uint64_t *)bytes;
    uint64_t sum = ((uint64_t)extent->generation << 32) + extent->index + i;
    for (uint32_t k = 0; k < STORE_BLOCK / sizeof *word; k++) {
        sum = (sum ^ word[k]) * 0x9e3779b97f4a7c15u;
        sum ^= sum >> 32;
    }
    return (uint32_t)sum;
}

static long get(const struct alfs *fs, const struct alfs_extent *e, uint32_t i, enum store_use use,
                unsigned char **bytes) {
    struct store_child child = {fs->log[slot_log(e->slot)].block,
                                e->slot % ALFS_SLOTS - 1,
                                {extent_block(&e->record, i), 1, XN_BYTES, 0}};
    return store_get(fs->store, &child, 0, use, bytes);
}
static void put(const struct alfs *fs, const struct alfs_extent *e, uint32_t i) {
    store_put(fs->store, extent_block(&e->record, i));
}

/* To be read: with what follows it in its extent, and its sum is right. */
static long get_sound(struct alfs *fs, struct alfs_extent *e, uint32_t i, unsigned char **bytes) {
    const uint32_t block = extent_block(&e->record, i), bit = 1u << i;
    const bool cached = fs->store->ops->cached(fs->store, block);
    if (!cached)
        fs->store->ops->fetch(fs->store, block, e->record.skip + e->record.at.count - i);
    long error = get(fs, e, i, STORE_READ, bytes);
    if (error < 0 || !(e->record.ready & bit) || (cached && e->verified & bit))
        return error;
    if (block_sum(&e->record, i, *bytes) != e->record.sum[i]) {
        put(fs, e, i);
        return alfs_damaged(fs, block, "sum");
    }
    e->verified |= bit;
    return 0;
}

long alfs_stat(const struct alfs *fs, struct alfs_id id, struct alfs_stat *stat) {
    const struct alfs_file *f = file_of(fs, id);
    if (f == NULL)
        return -E_NOT_FOUND;
    *stat = (struct alfs_stat){f->size, f->record.modified, f->record.mode, f->record.kind};
    return 0;
}

/* A file, not a directory. */
static long regular(const struct alfs *fs, struct alfs_id id, struct alfs_file **f) {
    *f = file_of(fs, id);
    return *f == NULL ? -E_NOT_FOUND : (*f)->record.kind == ALFS_DIR ? -E_PERM : 0;
}

/* So many bytes within one block; where there is none they are 0. */
static long read_block(struct alfs *fs, struct alfs_file *f, uint64_t index, uint32_t at,
                       void *into, uint32_t bytes) {
    uint32_t i;
    unsigned char *data;
    struct alfs_extent *e = extent_find(fs, f, index, &i);
    if (e == NULL) {
        memset(into, 0, bytes);
        return 0;
    }
    long error = get_sound(fs, e, i, &data);
    if (error < 0)
        return error;
    memcpy(into, data + at, bytes);
    put(fs, e, i);
    return 0;
}

long alfs_read(struct alfs *fs, struct alfs_id id, uint64_t at, void *into, size_t bytes) {
    struct alfs_file *f;
    long error = regular(fs, id, &f);
    if (error < 0)
        return error;
    size_t count = at >= f->size ? 0 : f->size - at < bytes ? f->size - at : bytes;
    for (size_t done = 0; done < count && error == 0;) {
        uint32_t in = (uint32_t)((at + done) % STORE_BLOCK), part = STORE_BLOCK - in;
        if (part > count - done)
            part = (uint32_t)(count - done);
        error = read_block(fs, f, (at + done) / STORE_BLOCK, in, (char *)into + done, part);
        done += part;
    }
    return error < 0 ? error : (long)count;
}

void file_dirty(struct alfs *fs, struct alfs_file *f) {
    if (f->dirty)
        return;
    f->dirty = true;
    f->dirty_next = fs->dirty;
    fs->dirty = f->record.inode;
}

/* --- New blocks --- */

static struct alfs_extent *newest(const struct alfs *fs, const struct alfs_file *f) {
    return f->extents ? &fs->extent[f->extents] : NULL;
}

/* The file's last extent goes on: by how many blocks; 0: it does not. */
static uint32_t extend(struct alfs *fs, struct alfs_file *f, uint64_t index, uint32_t count) {
    struct alfs_extent *e = newest(fs, f);
    if (e == NULL)
        return 0;
    const struct alfs_record *r = &e->record;
    uint32_t end = r->skip + r->at.count, after = r->at.block + r->at.count, n = 0;
    if (r->at.count == 0 || (uint64_t)r->index + end != index)
        return 0;
    while (n < count && end + n < ALFS_RUN && store_is_free(fs->store, after + n))
        n++;
    if (n == 0 || record_extend(fs, e->slot, &e->record, n) < 0)
        return 0;
    e->dead &= ~(((1u << n) - 1) << end);
    e->verified &= ~(((1u << n) - 1) << end);
    return n;
}

/* An extent of as many blocks, up to `count`, as there are side by side. */
static long extent_make(struct alfs *fs, struct alfs_file *f, uint64_t index, uint32_t count) {
    struct alfs_record r = {.inode = f->record.inode,
                            .generation = f->record.contents,
                            .index = (uint32_t)index,
                            .kind = ALFS_EXTENT};
    struct alfs_extent *last = newest(fs, f);
    uint32_t near = last ? last->record.at.block + last->record.at.count : fs->cursor;
    struct alfs_extent *e = extent_new(fs, f);
    if (e == NULL)
        return -E_FULL;
    long slot = record_alloc(fs, &r, near, count < ALFS_RUN ? count : ALFS_RUN);
    e->record.inode = r.inode;
    e->record.generation = r.generation;
    if (slot < 0) {
        extent_drop(fs, e);
        return slot;
    }
    e->record = r;
    e->slot = (uint32_t)slot;
    fs->cursor = r.at.block + r.at.count;
    return r.at.count;
}

/* Blocks from the index-th one on that can be written in place: how many, up to `count`. They are
 * in the file's newest extent if they are *fresh. */
static long prepare(struct alfs *fs, struct alfs_file *f, uint64_t index, uint32_t count,
                    bool *fresh) {
    uint32_t i;
    struct alfs_extent *e = extent_find(fs, f, index, &i);
    *fresh = e == NULL || e->record.ready >> i & 1;
    if (!*fresh)
        return 1;
    uint32_t wanted = 1; /* up to one that is new already */
    for (; wanted < count && wanted < ALFS_RUN; wanted++) {
        struct alfs_extent *next = extent_find(fs, f, index + wanted, &i);
        if (next != NULL && !(next->record.ready >> i & 1))
            break;
    }
    uint32_t more = e == NULL ? extend(fs, f, index, wanted) : 0;
    if (more > 0)
        return more;
    long made = extent_make(fs, f, index, wanted);
    if (made == -E_FULL && alfs_sync(fs) == 0 && store_sync(fs->store, false) == 0)
        made = extent_make(fs, f, index, wanted);
    return made;
}

/* What was read from elsewhere is in a new block, and then these bytes (null: zeros). The block
 * that it replaces is dead. */
static long fill(struct alfs *fs, struct alfs_file *f, struct alfs_extent *e, uint64_t index,
                 uint32_t at, const void *from, uint32_t bytes) {
    const uint32_t i = (uint32_t)(index - e->record.index);
    unsigned char *data, *old;
    uint32_t k = 0;
    e->dead |= 1u << i; /* so that the one before is found */
    struct alfs_extent *before = extent_find(fs, f, index, &k);
    long error = before != NULL && bytes < STORE_BLOCK ? get_sound(fs, before, k, &old) : 0;
    if (error < 0)
        return error;
    const bool copied = before != NULL && bytes < STORE_BLOCK;
    error = get(fs, e, i, STORE_NEW, &data);
    if (error == 0) {
        if (copied)
            memcpy(data, old, STORE_BLOCK);
        if (from != NULL)
            memcpy(data + at, from, bytes);
        else
            memset(data + at, 0, bytes);
        put(fs, e, i);
        e->dead &= ~(1u << i);
        if (before != NULL)
            extent_kill(fs, before, 1u << k);
    }
    if (copied)
        put(fs, before, k);
    return error;
}

static long rewrite(struct alfs *fs, struct alfs_file *f, uint64_t index, uint32_t at,
                    const void *from, uint32_t bytes) {
    uint32_t i;
    unsigned char *data;
    struct alfs_extent *e = extent_find(fs, f, index, &i);
    long error = get(fs, e, i, STORE_WRITE, &data);
    if (error < 0)
        return error;
    if (from != NULL)
        memcpy(data + at, from, bytes);
    else
        memset(data + at, 0, bytes);
    put(fs, e, i);
    return 0;
}

/* Bytes within blocks that are prepared together: how many, or an error; null: zeros. */
static long write_some(struct alfs *fs, struct alfs_file *f, uint64_t at, const char *from,
                       size_t bytes) {
    const uint64_t first = at / STORE_BLOCK, end = (at + bytes + STORE_BLOCK - 1) / STORE_BLOCK;
    const uint64_t most = end - first < ALFS_RUN ? end - first : ALFS_RUN;
    bool fresh;
    long count = prepare(fs, f, first, (uint32_t)most, &fresh), error = 0;
    struct alfs_extent *e = newest(fs, f);
    size_t done = 0;
    if (count < 0)
        return count;
    file_dirty(fs, f);
    for (uint64_t k = 0; k < (uint64_t)count && error == 0; k++) {
        uint32_t in = (uint32_t)((at + done) % STORE_BLOCK), part = STORE_BLOCK - in;
        if (part > bytes - done)
            part = (uint32_t)(bytes - done);
        const char *some = from ? from + done : NULL;
        error = fresh ? fill(fs, f, e, first + k, in, some, part)
                      : rewrite(fs, f, first + k, in, some, part);
        if (error == 0)
            done += part;
        else if (fresh) /* nothing is in the others, either */
            extent_kill(fs, e,
                        extent_all(&e->record) & ~((1u << (first + k - e->record.index)) - 1));
    }
    return done > 0 ? (long)done : error;
}

static bool all_zero(const unsigned char *bytes, uint32_t count) {
    while (count > 0 && bytes[count - 1] == 0)
        count--;
    return count == 0;
}

/* A file is to grow: behind its end in its last block there are zeros, and what it had there before
 * it became shorter is gone from the disk. */
static long grow(struct alfs *fs, struct alfs_file *f) {
    uint32_t in = (uint32_t)(f->size % STORE_BLOCK), i;
    unsigned char *data;
    if (f->shrunk) {
        long error = alfs_sync(fs);
        if (error < 0)
            return error;
    }
    if (in == 0 || f->zeros)
        return 0;
    struct alfs_extent *e = extent_find(fs, f, f->size / STORE_BLOCK, &i);
    if (e == NULL)
        return 0;
    long error = get_sound(fs, e, i, &data);
    if (error < 0)
        return error;
    bool clear = all_zero(data + in, STORE_BLOCK - in);
    put(fs, e, i);
    if (!clear)
        error = write_some(fs, f, f->size, NULL, STORE_BLOCK - in);
    f->zeros = error >= 0;
    return error < 0 ? error : 0;
}

long alfs_write(struct alfs *fs, struct alfs_id id, uint64_t at, const void *from, size_t bytes) {
    struct alfs_file *f;
    long error = regular(fs, id, &f);
    if (error < 0 || fs->read_only)
        return error < 0 ? error : -E_READ_ONLY;
    if (at > BLOCKS_MOST * STORE_BLOCK || bytes > BLOCKS_MOST * STORE_BLOCK - at)
        return -E_INVALID;
    if (bytes > 0 && at + bytes > f->size)
        error = grow(fs, f);
    size_t done = 0;
    while (error >= 0 && done < bytes) {
        error = write_some(fs, f, at + done, (const char *)from + done, bytes - done);
        if (error < 0)
            break;
        done += (size_t)error;
        if (at + done > f->size)
            f->size = at + done;
        f->record.modified = fs->store->ops->now(fs->store);
    }
    return error < 0 && done == 0 ? error : (long)done;
}

/* The file is empty, as a whole: what is written from now on are other contents. */
static long empty(struct alfs *fs, struct alfs_file *f) {
    struct alfs_record r = f->record;
    r.contents = ++fs->generation;
    r.size = 0;
    long error = record_write(fs, f->slot, &r);
    if (error < 0)
        return error;
    for (uint32_t n = f->extents; n != 0; n = fs->extent[n].next)
        extent_kill(fs, &fs->extent[n], extent_all(&fs->extent[n].record));
    f->record = r;
    f->extents = 0;
    f->size = 0;
    f->zeros = true;
    f->shrunk = false;
    return 0;
}

long alfs_truncate(struct alfs *fs, struct alfs_id id, uint64_t size) {
    struct alfs_file *f;
    long error = regular(fs, id, &f);
    if (error < 0 || fs->read_only)
        return error < 0 ? error : -E_READ_ONLY;
    if (size > BLOCKS_MOST * STORE_BLOCK)
        return -E_INVALID;
    if (size == f->size)
        return 0;
    if (size == 0)
        return empty(fs, f);
    if (size > f->size)
        error = grow(fs, f);
    if (error < 0)
        return error;
    if (size < f->size) {
        const uint64_t keep = (size + STORE_BLOCK - 1) / STORE_BLOCK;
        for (uint32_t n = f->extents; n != 0; n = fs->extent[n].next) {
            const struct alfs_record *r = &fs->extent[n].record;
            uint32_t kept = keep <= r->index             ? 0
                            : keep - r->index < ALFS_RUN ? (1u << (keep - r->index)) - 1
                                                         : ~0u;
            extent_kill(fs, &fs->extent[n], extent_live(&fs->extent[n]) & ~kept);
        }
        f->zeros = false;
        f->shrunk = fs->shrunk = true;
    }
    f->size = size;
    f->record.modified = fs->store->ops->now(fs->store);
    file_dirty(fs, f);
    return 0;
}

/* --- To the disk --- */

struct batch {
    uint32_t block[BATCH], count;
    bool wrote;
};

static long batch_out(struct alfs *fs, struct batch *b) {
    long left = 0;
    if (b->count > 0)
        left = fs->store->ops->writeback(fs->store, b->block, b->count, false);
    if (left > 0) /* a volume says first that it is not clean any more */
        left = store_sync(fs->store, false);
    b->wrote |= b->count > 0;
    b->count = 0;
    return left;
}

/* The file's new blocks have sums, and are on their way. */
static long data_out(struct alfs *fs, struct alfs_file *f, struct batch *b) {
    for (uint32_t n = f->extents; n != 0; n = fs->extent[n].next) {
        struct alfs_extent *e = &fs->extent[n];
        for (uint32_t fresh = extent_live(e) & ~e->record.ready; fresh; fresh &= fresh - 1) {
            const uint32_t i = (uint32_t)__builtin_ctz(fresh);
            unsigned char *data;
            long error = get(fs, e, i, STORE_READ, &data);
            if (error < 0)
                return error;
            e->record.sum[i] = block_sum(&e->record, i, data);
            e->verified |= 1u << i;
            put(fs, e, i);
            b->block[b->count++] = extent_block(&e->record, i);
            error = b->count == BATCH ? batch_out(fs, b) : 0;
            if (error < 0)
                return error;
        }
    }
    return 0;
}

/* The log says so. The data are durable by now. */
static long records_out(struct alfs *fs, struct alfs_file *f) {
    for (uint32_t n = f->extents; n != 0; n = fs->extent[n].next) {
        struct alfs_extent *e = &fs->extent[n];
        uint32_t live = extent_live(e);
        if (!(live & ~e->record.ready))
            continue;
        struct alfs_record r = e->record;
        r.ready |= live;
        long error = record_write(fs, e->slot, &r);
        if (error < 0)
            return error;
        e->record.ready = r.ready;
    }
    struct alfs_record r = f->record;
    r.size = f->size;
    long error = record_write(fs, f->slot, &r);
    if (error == 0)
        f->record.size = f->size;
    return error;
}

long alfs_fsync(struct alfs *fs, struct alfs_id id) {
    struct alfs_file *f = file_of(fs, id);
    struct batch b = {.count = 0};
    if (f == NULL)
        return -E_NOT_FOUND;
    if (fs->read_only)
        return 0;
    if (f->dirty) {
        long error = data_out(fs, f, &b);
        if (error == 0)
            error = batch_out(fs, &b);
        if (error == 0 && b.wrote)
            error = fs->store->ops->flush(fs->store);
        if (error == 0)
            error = records_out(fs, f);
        if (error < 0)
            return error;
    }
    return log_flush(fs);
}

/* All that is dirty is in the log. */
static long commit(struct alfs *fs) {
    struct batch b = {.count = 0};
    long error = 0;
    for (uint32_t i = fs->dirty; i != 0 && error == 0; i = fs->file[i].dirty_next)
        if (fs->file[i].slot != 0)
            error = data_out(fs, &fs->file[i], &b);
    if (error == 0)
        error = batch_out(fs, &b);
    if (error == 0 && b.wrote)
        error = fs->store->ops->flush(fs->store);
    while (fs->dirty != 0 && error == 0) {
        struct alfs_file *f = &fs->file[fs->dirty];
        if (f->slot != 0)
            error = records_out(fs, f);
        if (error == 0) {
            fs->dirty = f->dirty_next;
            f->dirty = false;
        }
    }
    return error;
}

long alfs_sync(struct alfs *fs) {
    if (fs->read_only)
        return 0;
    long error = commit(fs);
    if (error == 0)
        error = store_sync(fs->store, false);
    if (error == 0)
        error = extents_reclaim(fs);
    if (error == 0 && fs->shrunk)
        error = store_sync(fs->store, false);
    if (error == 0)
        error = log_compact(fs);
    if (error < 0)
        return error;
    for (uint32_t i = 2; fs->shrunk && i <= fs->files_seen; i++)
        fs->file[i].shrunk = false;
    fs->shrunk = false;
    memset(fs->changed, 0, ALFS_LOGS / 8);
    fs->log_grown = false;
    return 0;
}
