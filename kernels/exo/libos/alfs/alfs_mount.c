/* SPDX-License-Identifier: MIT */
/* alfs_mount.c -- a file system begins: its log is read. A log ends before the first slot that is
 * empty; what is behind that was written by nobody who was told so. */
#include "exo/libos/alfs/alfs_own.h"

#include "exo/xn/type/body.h"
#include "exo/xn/type/meta.h"

/* --- Types, formatting --- */

static const struct declared {
    struct xn_body head;
    struct xn_member member;
} types[] = {
#define TYPE(its_name, type, window, owns)                                                         \
    .magic = XN_BODY_MAGIC, .bytes = sizeof(struct declared), .name = its_name, .number = (type),  \
    .class = XN_BASE, .members = 1, .most = (owns), .size = XN_BLOCK_BYTES, .first = (window),     \
    .stride = (window), .count = XN_BLOCK_BYTES / (window)-1, .key = XN_NO_KEY
    {{TYPE("alfs-log", ALFS_LOG, ALFS_SLOT, 1)}, {.type = XN_BYTES, .width = 8, .count = 1}},
    {{TYPE("alfs-index", ALFS_INDEX, ALFS_WINDOW, ALFS_ADDRESSES)},
     {.type = ALFS_LOG, .width = 4, .count = ALFS_ADDRESSES}},
    {{TYPE("alfs-root", ALFS_ROOT, ALFS_WINDOW, ALFS_ADDRESSES)},
     {.type = ALFS_INDEX, .width = 4, .count = ALFS_ADDRESSES}},
};

long alfs_declare(struct store *store, const struct store_function functions[ALFS_TYPES],
                  void *memory) {
    for (unsigned i = 0; i < ALFS_TYPES; i++) {
        long number = store->design == XN_UDF
                          ? store_declare(store, &types[i].head, &functions[i], memory)
                          : store->ops->type(store, &types[i], sizeof types[i]);
        if (number < 0)
            return number;
    }
    return 0;
}

long alfs_format(struct store *store, const char name[16], uint32_t owner, bool temporary) {
    const struct alfs_head head = {ALFS_MAGIC, owner, 0};
    struct xn_changes changes = {.count = 1, .change = {{0, sizeof head}}};
    if (store->pointer_bytes != sizeof(uint32_t))
        return -E_INVALID;
    const long block = store_root(store, name, ALFS_ROOT, temporary);
    if (block < 0)
        return block;
    memcpy(changes.bytes, &head, sizeof head);
    long error = store->ops->write(store, (struct store_at){(uint32_t)block, 0, &changes});
    store_put(store, (uint32_t)block);
    return error < 0 ? error : store_sync(store, false);
}

/* --- Memory --- */

/* A power of two, more than so many. */
static uint32_t buckets_for(uint32_t files) {
    return 1u << (32 - __builtin_clz(files | 1));
}

/* Blocks of the log: four times as many as so many records need, and whole indexes of them. */
static uint32_t logs_for(uint32_t files, uint32_t extents) {
    const uint64_t indexes = 1 + ((uint64_t)files + extents) / (ALFS_EACH * (ALFS_SLOTS / 4));
    return (uint32_t)(indexes < ALFS_EACH ? indexes : ALFS_EACH) * ALFS_EACH;
}

size_t alfs_bytes(uint32_t files, uint32_t extents) {
    return ALFS_EACH * sizeof(uint32_t) + logs_for(files, extents) * sizeof(struct alfs_log) +
           (files + 1ul) * sizeof(struct alfs_file) + (extents + 1ul) * sizeof(struct alfs_extent) +
           buckets_for(files) * sizeof(uint32_t);
}

enum reached { UNKNOWN, UNREACHED, REACHED }; /* of a file */

static void forget(struct alfs *fs) {
    memset(fs->file, 0, (size_t)((char *)(fs->bucket + fs->buckets) - (char *)fs->file));
    fs->head = fs->slot = 0;
    fs->files_used = fs->extents_used = fs->extents_seen = 0;
    fs->file_free = fs->extent_free = fs->dirty = fs->doomed = 0;
    fs->files_seen = fs->generation = 1;
    fs->epoch = 1;
    fs->shrunk = 0;
    fs->file[1] = (struct alfs_file){
        .record = {.inode = 1, .generation = 1, .index = 1, .kind = ALFS_DIR, .mode = 0777},
        .slot = ~0u,
        .reached = REACHED};
}

/* --- The log's blocks, by number --- */

static bool may_point(const struct alfs *fs, uint32_t block) {
    return block >= fs->store->first && block < fs->store->blocks && block != fs->root;
}

/* The number that the block says it has. */
static long log_look(struct alfs *fs, uint32_t log) {
    const uint32_t block = fs->log[log].block;
    unsigned char *bytes;
    if (!may_point(fs, block))
        return alfs_damaged(fs, index_of(fs, log), "pointer");
    long error = log_get(fs, log, &bytes);
    if (error < 0)
        return error;
    const struct alfs_head *head = (const struct alfs_head *)bytes;
    fs->log[log].number = head->number;
    if (head->magic == 0 && head->number == 0)
        fs->untidy = true; /* it was allocated, and nothing was ever written to it */
    else if (head->magic != ALFS_MAGIC || head->number == 0)
        error = alfs_damaged(fs, block, "magic");
    else if (head->number >> 63) /* those that follow it would begin anew */
        error = alfs_damaged(fs, block, "number");
    fs->logs += fs->log[log].number != 0;
    store_put(fs->store, block);
    return error;
}

/* By the numbers that follow the oldest one's. */
static void logs_order(struct alfs *fs) {
    const uint32_t oldest = log_oldest(fs);
    for (uint32_t i = 0; i < fs->logs_most; i++)
        if (fs->log[i].number != 0 && fs->log[i].number - fs->log[oldest].number < fs->logs_most)
            fs->log[fs->log[i].number - fs->log[oldest].number].nth = i + 1;
}

/* The blocks of the log that an index has. */
static long index_look(struct alfs *fs, uint32_t i, const unsigned char *bytes) {
    const uint32_t *address = (const uint32_t *)(bytes + ALFS_WINDOW);
    long error = 0;
    for (uint32_t k = 0; k < ALFS_EACH && error == 0; k++) {
        fs->log[i * ALFS_EACH + k].block = address[k];
        error = address[k] != 0 ? log_look(fs, i * ALFS_EACH + k) : 0;
    }
    return error;
}

/* The root and the indexes stay in core: changes ask for them. */
static long root_look(struct alfs *fs, unsigned char *bytes) {
    const struct alfs_head *head = (const struct alfs_head *)bytes;
    const uint32_t *address = (const uint32_t *)(bytes + ALFS_WINDOW);
    long error = head->magic == ALFS_MAGIC ? 0 : alfs_damaged(fs, fs->root, "magic");
    for (uint32_t i = 0; i < ALFS_EACH && error == 0; i++) {
        if (address[i] == 0)
            continue;
        error = i >= fs->logs_most / ALFS_EACH ? -E_FULL
                : !may_point(fs, address[i])   ? alfs_damaged(fs, fs->root, "pointer")
                                               : index_get(fs, i, address[i], &bytes);
        if (error == 0)
            error = index_look(fs, i, bytes);
    }
    logs_order(fs);
    return error;
}

/* --- Records --- */

static long record_check(struct alfs *fs, uint32_t log, const struct alfs_record *r) {
    const uint32_t block = fs->log[log].block;
    if (r->kind >= ALFS_KINDS)
        return alfs_damaged(fs, block, "kind");
    if (r->inode < 2)
        return alfs_damaged(fs, block, "inode");
    if (r->inode > fs->files)
        return -E_FULL;
    if (r->kind != ALFS_EXTENT)
        return r->at.count != 0 ? alfs_damaged(fs, block, "extent of a name")
               : r->length == 0 || r->length > ALFS_NAME ? alfs_damaged(fs, block, "length")
               : r->index == 0 || r->index > fs->files   ? alfs_damaged(fs, block, "directory")
               : r->size > (uint64_t)STORE_BLOCK << 24   ? alfs_damaged(fs, block, "size")
                                                         : 0;
    if (r->at.count > ALFS_RUN || r->index > 1u << 24 ||
        (r->at.count > 0 && r->at.type != XN_BYTES))
        return alfs_damaged(fs, block, "extent");
    bool within = r->at.count == 0 || (r->at.block >= fs->store->first &&
                                       r->at.block + (uint64_t)r->at.count <= fs->store->blocks);
    return within ? 0 : alfs_damaged(fs, block, "pointer");
}

/* It is not there any more. */
static void lose(struct alfs *fs, struct alfs_file *f) {
    if (f->slot != 0)
        name_remove(fs, (uint32_t)(f - fs->file));
    f->slot = 0;
}

/* In the order of the log: what a name's record says. Who has a name last has it alone: the record
 * by which the other one went may be lost. */
static void name_seen(struct alfs *fs, uint32_t slot, const struct alfs_record *r) {
    struct alfs_file *f = &fs->file[r->inode], *over = &fs->file[r->over % (fs->files + 1)];
    const uint32_t latest = r->contents > r->generation ? r->contents : r->generation;
    if (r->inode > fs->files_seen)
        fs->files_seen = r->inode;
    if (latest > fs->generation)
        fs->generation = latest;
    if (r->over > 1 && over->record.generation == r->over_generation)
        lose(fs, over); /* also if the one that took its name is gone since */
    if (r->kind != ALFS_GONE || f->record.generation == r->generation)
        lose(fs, f);
    if (r->kind == ALFS_GONE)
        return;
    uint32_t other = name_find(fs, r->index, (struct alfs_name){r->name, r->length});
    if (other != 0) {
        lose(fs, &fs->file[other]);
        fs->untidy = true;
    }
    f->record = *r;
    f->size = r->size;
    f->slot = slot;
    name_add(fs, r->inode);
}

/* What the newest extent has of a file is dead in the older ones. */
static void settle(struct alfs *fs, const struct alfs_extent *e) {
    for (uint32_t n = e->next; n != 0; n = fs->extent[n].next) {
        struct alfs_extent *older = &fs->extent[n];
        int64_t by = (int64_t)e->record.index - older->record.index;
        if (by <= -(int64_t)ALFS_RUN || by >= (int64_t)ALFS_RUN)
            continue;
        const uint32_t live = by >= 0 ? extent_live(e) << by : extent_live(e) >> -by;
        extent_kill(fs, older, extent_live(older) & live);
    }
}

/* Extents' records come later, when it is known which files there are. */
static long extent_seen(struct alfs *fs, uint32_t slot, const struct alfs_record *r) {
    struct alfs_file *f = &fs->file[r->inode];
    bool has_file =
        f->slot != 0 && f->record.kind == ALFS_FILE && f->record.contents == r->generation;
    if (r->at.count == 0)
        return 0;
    struct alfs_extent *e = extent_new(fs, has_file ? f : NULL);
    if (e == NULL)
        return -E_FULL;
    e->record = *r;
    e->slot = slot;
    uint32_t counts = r->ready & extent_within(r, has_file ? f->size : 0);
    extent_kill(fs, e, extent_all(r) & ~counts);
    settle(fs, e);
    return 0;
}

/* Each record of a block, up to the first empty slot: that one. */
static long log_read(struct alfs *fs, uint32_t log, bool names) {
    unsigned char *bytes;
    long error = log_get(fs, log, &bytes);
    if (error < 0)
        return error;
    uint32_t slot = 1;
    for (; slot < ALFS_SLOTS && error == 0; slot++) {
        const struct alfs_record *r = (const struct alfs_record *)(bytes + slot * ALFS_SLOT);
        if (r->kind == ALFS_FREE)
            break;
        error = record_check(fs, log, r);
        if (error == 0 && names && r->kind != ALFS_EXTENT)
            name_seen(fs, log * ALFS_SLOTS + slot, r);
        if (error == 0 && !names && r->kind == ALFS_EXTENT)
            error = extent_seen(fs, log * ALFS_SLOTS + slot, r);
    }
    for (uint32_t i = slot; names && i < ALFS_SLOTS && error == 0; i++)
        if (((const struct alfs_record *)(bytes + i * ALFS_SLOT))->kind != ALFS_FREE)
            fs->untidy = true;
    store_put(fs->store, fs->log[log].block);
    return error < 0 ? error : (long)slot;
}

/* All of the log, from its oldest block on; head and slot are its end. */
static long logs_read(struct alfs *fs, bool names) {
    uint32_t seen = 0;
    for (long slot = ALFS_SLOTS;
         slot == ALFS_SLOTS && seen < fs->logs_most && fs->log[seen].nth != 0; seen++) {
        fs->head = fs->log[seen].nth - 1;
        slot = log_read(fs, fs->head, names);
        if (slot < 0)
            return slot;
        fs->slot = (uint32_t)slot;
    }
    fs->untidy |= seen < fs->logs;
    return 0;
}

/* --- Files --- */

/* Do directories lead to it from the root? What is above it is looked at once for all below. */
static bool reach(struct alfs *fs, uint32_t inode) {
    uint32_t top = inode;
    while (fs->file[top].reached == UNKNOWN) {
        const uint32_t above = fs->file[top].record.index;
        fs->file[top].reached = UNREACHED; /* so that a circle ends */
        if (above <= fs->files_seen && fs->file[above].record.kind == ALFS_DIR &&
            fs->file[above].slot != 0)
            top = above;
    }
    const bool is = fs->file[top].reached == REACHED;
    for (uint32_t i = inode; is && i != top; i = fs->file[i].record.index)
        fs->file[i].reached = REACHED;
    return is;
}

/* What no directory leads to is not there. */
static void names_settle(struct alfs *fs) {
    for (uint32_t i = 2; i <= fs->files_seen; i++) {
        struct alfs_file *f = &fs->file[i];
        if (f->slot != 0 && !reach(fs, i)) {
            lose(fs, f);
            fs->untidy = true;
        }
        fs->files_used += f->slot != 0;
        if (f->slot == 0) {
            f->next = fs->file_free;
            fs->file_free = i;
        }
    }
}

long alfs_load(struct alfs *fs) {
    forget(fs);
    long error = logs_read(fs, true);
    if (error < 0)
        return error;
    names_settle(fs);
    error = logs_read(fs, false);
    fs->untidy |= fs->doomed != 0;
    return error;
}

static void put_all(const struct alfs *fs) {
    for (uint32_t i = 0; i < ALFS_EACH; i++)
        if (fs->index[i] != 0)
            store_put(fs->store, fs->index[i]);
    store_put(fs->store, fs->root);
}

long alfs_mount(struct alfs *fs, struct store *store, const char name[16], void *memory,
                uint32_t files, uint32_t extents, bool read_only) {
    struct store_child child;
    *fs = (struct alfs){.store = store,
                        .read_only = read_only,
                        .cursor = store->first,
                        .files = files,
                        .extents = extents,
                        .logs_most = logs_for(files, extents),
                        .buckets = buckets_for(files)};
    fs->index = memory;
    fs->log = (struct alfs_log *)(fs->index + ALFS_EACH);
    fs->file = (struct alfs_file *)(fs->log + fs->logs_most);
    fs->extent = (struct alfs_extent *)(fs->file + files + 1);
    fs->bucket = (uint32_t *)(fs->extent + extents + 1);
    memset(memory, 0, (size_t)((char *)fs->file - (char *)memory));
    long error = store->ops->root(store, name, &child);
    if (error < 0)
        return error;
    fs->root = child.at.block;
    if (child.at.type != ALFS_ROOT)
        return alfs_damaged(fs, fs->root, "type");
    unsigned char *bytes;
    error = store_get(store, &child, 0, STORE_READ, &bytes);
    if (error < 0)
        return error;
    error = root_look(fs, bytes);
    if (error == 0)
        error = alfs_load(fs);
    if (error == 0 && !read_only)
        error = alfs_tidy(fs);
    if (error < 0)
        put_all(fs);
    return error;
}

long alfs_unmount(struct alfs *fs) {
    long error = alfs_sync(fs);
    if (error == 0 && !fs->read_only)
        error = store_sync(fs->store, false);
    if (error == 0)
        put_all(fs);
    return error;
}
