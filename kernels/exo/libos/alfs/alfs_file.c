/* SPDX-License-Identifier: MIT */
/* alfs_file.c -- what a file holds. */
#include "exo/libos/alfs/alfs_own.h"
#include "exo/libos/parts/write_out.h"

#define BLOCKS_MOST (1ul << 24)

/* Of a block's bytes, and of where they belong. */
static uint32_t block_sum(const struct alfs_record *extent, uint32_t i,
                          const unsigned char *bytes) {
    const uint64_t *word = (const uint64_t *)bytes;
    uint64_t sum = ((uint64_t)extent->generation << 32) + extent->index + i;
#pragma GCC unroll 8
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
                                {e->record.at.block + i, 1, XN_BYTES, 0}};
    return store_get(fs->store, &child, 0, use, bytes);
}
static void put(const struct alfs *fs, const struct alfs_extent *e, uint32_t i) {
    store_put(fs->store, e->record.at.block + i);
}

/* The bytes of a block that is at hand, and whose sum was right when it came in; or null. */
static const unsigned char *look(const struct alfs *fs, const struct alfs_extent *e, uint32_t i) {
    return e->verified >> i & 1 ? store_look(fs->store, e->record.at.block + i) : NULL;
}

long extent_get(struct alfs *fs, struct alfs_extent *e, uint32_t i, unsigned char **bytes) {
    const uint32_t block = e->record.at.block + i, bit = 1u << i;
    const bool cached = fs->store->ops->cached(fs->store, block);
    if (!cached)
        fs->store->ops->fetch(fs->store, block, e->record.at.count - i);
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

/* A file, not a directory; that may be changed up to that byte, if it is to be. */
static long regular(const struct alfs *fs, struct alfs_id id, bool changes, uint64_t end,
                    struct alfs_file **f) {
    *f = alfs_file(fs, id) != NULL ? &fs->file[id.inode] : NULL;
    return *f == NULL                        ? -E_NOT_FOUND
           : (*f)->record.kind == ALFS_DIR   ? -E_PERM
           : changes && fs->read_only        ? -E_READ_ONLY
           : end > BLOCKS_MOST * STORE_BLOCK ? -E_INVALID
                                             : 0;
}

/* Of so many bytes from there on those within one block. */
static uint32_t part_of(uint64_t at, size_t bytes) {
    const uint32_t part = STORE_BLOCK - (uint32_t)(at % STORE_BLOCK);
    return part < bytes ? part : (uint32_t)bytes;
}

/* Bytes within one block; where there is none they are 0. */
static long read_block(struct alfs *fs, struct alfs_file *f, uint64_t at, void *into,
                       uint32_t bytes) {
    uint32_t i;
    unsigned char *data;
    struct alfs_extent *e = extent_find(fs, f, at / STORE_BLOCK, &i);
    if (e == NULL) {
        memset(into, 0, bytes);
        return 0;
    }
    const unsigned char *shown = look(fs, e, i);
    if (shown != NULL) {
        memcpy(into, shown + at % STORE_BLOCK, bytes);
        return 0;
    }
    long error = extent_get(fs, e, i, &data);
    if (error < 0)
        return error;
    memcpy(into, data + at % STORE_BLOCK, bytes);
    put(fs, e, i);
    return 0;
}

long alfs_read(struct alfs *fs, struct alfs_id id, uint64_t at, void *into, size_t bytes) {
    struct alfs_file *f;
    long error = regular(fs, id, false, 0, &f);
    if (error < 0)
        return error;
    size_t count = at >= f->size ? 0 : f->size - at < bytes ? f->size - at : bytes;
    for (size_t done = 0, part; done < count && error == 0; done += part) {
        part = part_of(at + done, count - done);
        error = read_block(fs, f, at + done, (char *)into + done, (uint32_t)part);
    }
    return error < 0 ? error : (long)count;
}

static void file_dirty(struct alfs *fs, struct alfs_file *f) {
    if (!f->dirty) {
        f->dirty_next = fs->dirty;
        fs->dirty = f->record.inode;
    }
    f->dirty = true;
}

/* --- New blocks --- */

/* Blocks from the index-th one on that are nothing yet, in the file's newest extent. */
static void begin(struct alfs *fs, struct alfs_extent *e, uint64_t index, uint32_t count) {
    uint32_t bits = ((1u << count) - 1) << (index - e->record.index);
    e->dead &= ~bits;
    e->verified &= ~bits;
    extent_kill(fs, e, bits);
}

/* The file's newest extent goes on, by up to `count` blocks; or there is a new one. */
static long extents_grow(struct alfs *fs, struct alfs_file *f, uint64_t index, uint32_t count) {
    struct alfs_extent *e = f->extents ? &fs->extent[f->extents] : NULL;
    uint32_t near = fs->cursor, more = 0;
    if (e != NULL) {
        const struct alfs_record *r = &e->record;
        near = r->at.block + r->at.count;
        if (r->at.count > 0 && (uint64_t)r->index + r->at.count == index)
            while (more < count && r->at.count + more < ALFS_RUN &&
                   store_is_free(fs->store, near + more))
                more++;
    }
    if (more > 0 && record_resize(fs, e->slot, &e->record, e->record.at.count + more) == 0) {
        begin(fs, e, index, more);
        return 0;
    }
    struct alfs_record r = {.inode = f->record.inode,
                            .generation = f->record.contents,
                            .index = (uint32_t)index,
                            .kind = ALFS_EXTENT};
    e = extent_new(fs, f);
    if (e == NULL)
        return -E_FULL;
    long slot = record_alloc(fs, &r, near, count < ALFS_RUN ? count : ALFS_RUN);
    e->record = r;
    if (slot < 0) {
        extent_drop(fs, e);
        return slot;
    }
    e->slot = (uint32_t)slot;
    fs->cursor = r.at.block + r.at.count;
    begin(fs, e, index, r.at.count);
    return 0;
}

/* Is the index-th block one of the newest extent's that is nothing yet? */
static bool is_begun(const struct alfs *fs, const struct alfs_file *f, uint64_t index) {
    const struct alfs_extent *e = &fs->extent[f->extents];
    uint64_t i = index - e->record.index;
    return f->extents != 0 && i < e->record.at.count && e->dead >> i & 1 &&
           !(e->record.ready >> i & 1);
}

/* The same is to be written, as one of `count`: a block for it. */
static long place(struct alfs *fs, struct alfs_file *f, uint64_t index, uint32_t count) {
    if (is_begun(fs, f, index))
        return 0;
    long error = extents_grow(fs, f, index, count);
    if (error == -E_FULL && alfs_sync(fs) == 0 && store_sync(fs->store, false) == 0)
        error = extents_grow(fs, f, index, count);
    return error;
}

/* Bytes within one block (null: zeros), which is written as one of `count`. One that the log says
 * is the file's stays as it is: there is a new one, with what else was in it. */
static long write_block(struct alfs *fs, struct alfs_file *f, uint64_t at, const void *from,
                        uint32_t bytes, uint32_t count) {
    const uint64_t index = at / STORE_BLOCK;
    unsigned char *data, *old = NULL;
    uint32_t i, k = 0;
    struct alfs_extent *e = extent_find(fs, f, index, &i), *before = NULL;
    const bool fresh = e == NULL || (e->record.ready >> i & 1 && DEFENDED(ALFS_NEW_PLACE));
    long error = fresh ? place(fs, f, index, count) : 0;
    if (error == 0 && fresh) {
        before = extent_find(fs, f, index, &k);
        e = &fs->extent[f->extents];
        i = (uint32_t)(index - e->record.index);
        if (before != NULL && bytes < STORE_BLOCK)
            error = extent_get(fs, before, k, &old);
    }
    if (error == 0)
        error = get(fs, e, i, fresh ? STORE_NEW : STORE_WRITE, &data);
    if (error == 0) {
        if (old != NULL)
            memcpy(data, old, STORE_BLOCK);
        if (from != NULL)
            memcpy(data + at % STORE_BLOCK, from, bytes);
        else
            memset(data + at % STORE_BLOCK, 0, bytes);
        put(fs, e, i);
        e->dead &= ~(1u << i);
        if (before != NULL)
            extent_kill(fs, before, 1u << k);
        file_dirty(fs, f);
    }
    if (old != NULL)
        put(fs, before, k);
    return error;
}

/* A file is to grow: behind its end in its last block there are zeros, and what it had there before
 * it became shorter is gone from the disk. */
static long grow(struct alfs *fs, struct alfs_file *f) {
    uint32_t in = (uint32_t)(f->size % STORE_BLOCK), i;
    long error = f->shrunk == fs->epoch && DEFENDED(ALFS_CUT_FIRST) ? alfs_sync(fs) : 0;
    if (error == 0 && in != 0 && !f->zeros && extent_find(fs, f, f->size / STORE_BLOCK, &i) != NULL)
        error = write_block(fs, f, f->size, NULL, STORE_BLOCK - in, 1);
    f->zeros |= error == 0;
    return error;
}

long alfs_write(struct alfs *fs, struct alfs_id id, uint64_t at, const void *from, size_t bytes) {
    struct alfs_file *f;
    long error = regular(fs, id, true, at + bytes < at ? ~0ul : at + bytes, &f);
    if (error == 0 && bytes > 0 && at + bytes > f->size)
        error = grow(fs, f);
    size_t done = 0;
    while (error == 0 && done < bytes) {
        const uint32_t part = part_of(at + done, bytes - done);
        const uint64_t count = (bytes - done - part + STORE_BLOCK - 1) / STORE_BLOCK + 1;
        error = write_block(fs, f, at + done, (const char *)from + done, part,
                            count < ALFS_RUN ? (uint32_t)count : ALFS_RUN);
        done += error == 0 ? part : 0;
        if (at + done > f->size && done > 0)
            f->size = at + done;
    }
    if (done > 0)
        f->record.modified = fs->store->ops->now(fs->store);
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
    extents_kill(fs, f, 0);
    f->record = r;
    f->extents = 0;
    f->size = 0;
    f->zeros = true;
    f->shrunk = 0;
    return 0;
}

long alfs_truncate(struct alfs *fs, struct alfs_id id, uint64_t size) {
    struct alfs_file *f;
    long error = regular(fs, id, true, size, &f);
    if (error < 0 || size == f->size)
        return error;
    if (size == 0)
        return empty(fs, f);
    error = size > f->size ? grow(fs, f) : 0;
    if (error < 0)
        return error;
    if (size < f->size) {
        extents_kill(fs, f, size);
        f->zeros = false;
        f->shrunk = fs->shrunk = fs->epoch;
    }
    f->size = size;
    f->record.modified = fs->store->ops->now(fs->store);
    file_dirty(fs, f);
    return 0;
}

/* --- To the disk --- */

/* The file's new blocks have sums, and are on their way. */
static long data_out(struct alfs *fs, struct alfs_file *f, struct write_out *w) {
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
            error = write_out_add(w, e->record.at.block + i);
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

/* The data of files that are dirty are on the disk, and then their records say so. */
static long files_out(struct alfs *fs) {
    struct write_out w;
    long error = 0;
    write_out_begin(&w, fs->store, false);
    for (uint32_t i = fs->dirty; i != 0 && error == 0; i = fs->file[i].dirty_next)
        if (fs->file[i].slot != 0)
            error = data_out(fs, &fs->file[i], &w);
    if (error == 0)
        error = write_out_end(&w);
    if (error == 0 && fs->dirty != 0 && DEFENDED(ALFS_DATA_FIRST))
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

long alfs_fsync(struct alfs *fs, struct alfs_id id) {
    const struct alfs_file *f = alfs_file(fs, id);
    if (f == NULL || fs->read_only)
        return f == NULL ? -E_NOT_FOUND : 0;
    long error = f->dirty ? files_out(fs) : 0;
    return error < 0 ? error : store_sync(fs->store, false);
}

long alfs_sync(struct alfs *fs) {
    if (fs->read_only)
        return 0;
    long error = files_out(fs);
    if (error == 0)
        error = store_sync(fs->store, false);
    if (error == 0)
        error = extents_reclaim(fs);
    if (error == 0 && fs->shrunk == fs->epoch)
        error = store_sync(fs->store, false);
    if (error == 0)
        error = log_compact(fs);
    fs->epoch += error == 0;
    return error;
}
