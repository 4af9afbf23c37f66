/* SPDX-License-Identifier: MIT */
/* alfs_mount.c -- a file system begins: its log is read. A log ends before the first slot that is
 * empty; what is behind that was written by nobody who was told so. */
#include "exo/libos/alfs/alfs_own.h"

#include "exo/xn/type/body.h"

/* --- Types, formatting --- */

struct declared {
    struct xn_body head;
    struct xn_member member;
};

static const struct declared types[] = {
    {{.magic = XN_BODY_MAGIC,
      .bytes = sizeof(struct declared),
      .name = "alfs-log",
      .number = ALFS_LOG,
      .class = XN_BASE,
      .members = 1,
      .most = 1,
      .size = XN_BLOCK_BYTES,
      .first = ALFS_SLOT,
      .stride = ALFS_SLOT,
      .count = ALFS_SLOTS - 1,
      .key = XN_NO_KEY},
     {.type = XN_BYTES, .width = 8, .count = 1}},
    {{.magic = XN_BODY_MAGIC,
      .bytes = sizeof(struct declared),
      .name = "alfs-root",
      .number = ALFS_ROOT,
      .class = XN_BASE,
      .members = 1,
      .most = ALFS_ROOT_EACH,
      .size = XN_BLOCK_BYTES,
      .first = ALFS_ROOT_WINDOW,
      .stride = ALFS_ROOT_WINDOW,
      .count = ALFS_LOGS / ALFS_ROOT_EACH,
      .key = XN_NO_KEY},
     {.type = ALFS_LOG, .width = 4, .count = ALFS_ROOT_EACH}},
};

long alfs_declare(struct store *store) {
    for (unsigned i = 0; i < sizeof types / sizeof types[0]; i++) {
        long number = store->ops->type(store, &types[i], types[i].head.bytes);
        if (number < 0)
            return number;
    }
    return 0;
}

long alfs_format(struct store *store, const char name[16], uint32_t owner, bool temporary) {
    const struct alfs_head head = {ALFS_MAGIC, owner, 0};
    struct xn_extent at = {store_find_free(store, store->first, 1), 1, ALFS_ROOT, 0};
    struct xn_changes changes = {.count = 1, .change = {{0, sizeof head}}};
    unsigned char *bytes;
    if (store->pointer_bytes != sizeof(uint32_t))
        return -E_INVALID;
    if (at.block == 0)
        return -E_FULL;
    long error = store->ops->root_new(store, name, at, temporary);
    if (error < 0)
        return error;
    struct store_child child = {0, 0, at};
    error = store_get(store, &child, 0, STORE_READ, &bytes);
    if (error < 0)
        return error;
    memcpy(changes.bytes, &head, sizeof head);
    error = store->ops->write(store, (struct store_at){at.block, 0, &changes});
    store_put(store, at.block);
    return error < 0 ? error : store_sync(store, false);
}

/* --- Memory --- */

static uint32_t buckets_for(uint32_t files) {
    uint32_t n = 1;
    while (n < files)
        n *= 2;
    return n;
}

size_t alfs_bytes(uint32_t files, uint32_t extents) {
    return ALFS_LOGS * (sizeof(struct alfs_log) + 1) + (files + 1ul) * sizeof(struct alfs_file) +
           (extents + 1ul) * sizeof(struct alfs_extent) + buckets_for(files) * sizeof(uint32_t);
}

static void forget(struct alfs *fs) {
    memset(fs->log, 0, alfs_bytes(fs->files, fs->extents));
    fs->logs = fs->head = fs->slot = 0;
    fs->files_used = fs->extents_used = fs->extents_seen = 0;
    fs->files_seen = 1;
    fs->file_free = fs->extent_free = fs->dirty = fs->doomed = 0;
    fs->generation = 1;
    fs->untidy = fs->shrunk = fs->log_grown = false;
    fs->file[1].record = (struct alfs_record){
        .inode = 1, .generation = 1, .index = 1, .kind = ALFS_DIR, .mode = 0777};
    fs->file[1].slot = ~0u;
    fs->file[1].reached = true;
}

/* --- The log's blocks, by number --- */

/* The number that the block says it has. */
static long log_look(struct alfs *fs, uint32_t log) {
    const uint32_t block = fs->log[log].block;
    unsigned char *bytes;
    if (block < fs->store->first || block >= fs->store->blocks || block == fs->root)
        return alfs_damaged(fs, fs->root, "pointer");
    for (uint32_t i = 0; i < log; i++)
        if (fs->log[i].block == block)
            return alfs_damaged(fs, fs->root, "pointer that is there twice");
    long error = log_get(fs, log, &bytes);
    if (error < 0)
        return error;
    const struct alfs_head *head = (const struct alfs_head *)bytes;
    fs->log[log].number = head->number;
    if (head->magic == 0 && head->number == 0)
        fs->untidy = true; /* it was allocated, and nothing was ever written to it */
    else if (head->magic != ALFS_MAGIC || head->number == 0)
        error = alfs_damaged(fs, block, "magic");
    fs->logs += fs->log[log].number != 0;
    store_put(fs->store, block);
    return error;
}

/* The block with the next number; ALFS_LOGS: there is none. */
static uint32_t log_after(const struct alfs *fs, uint32_t log) {
    for (uint32_t i = 0; i < ALFS_LOGS; i++)
        if (fs->log[i].number == fs->log[log].number + 1)
            return i;
    return ALFS_LOGS;
}

static long logs_look(struct alfs *fs) {
    unsigned char *bytes;
    struct store_child child = {0, 0, {fs->root, 1, ALFS_ROOT, 0}};
    long error = store_get(fs->store, &child, 0, STORE_READ, &bytes);
    if (error < 0)
        return error;
    if (((const struct alfs_head *)bytes)->magic != ALFS_MAGIC)
        error = alfs_damaged(fs, fs->root, "magic");
    fs->owner = ((const struct alfs_head *)bytes)->owner;
    const uint32_t *pointer = (const uint32_t *)(bytes + ALFS_ROOT_WINDOW);
    for (uint32_t i = 0; i < ALFS_LOGS && error == 0; i++) {
        fs->log[i].block = pointer[i];
        if (pointer[i] != 0)
            error = log_look(fs, i);
    }
    store_put(fs->store, fs->root);
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
    if (r->at.count == 0)
        return 0;
    if (r->skip + r->at.count > ALFS_RUN || r->at.type != XN_BYTES || r->index > 1u << 24)
        return alfs_damaged(fs, block, "extent");
    return r->at.block < fs->store->first || r->at.block >= fs->store->blocks ||
                   r->at.count > fs->store->blocks - r->at.block
               ? alfs_damaged(fs, block, "pointer")
               : 0;
}

/* In the order of the log: what a name's record says. */
static void name_seen(struct alfs *fs, uint32_t slot, const struct alfs_record *r) {
    struct alfs_file *f = &fs->file[r->inode];
    if (r->inode > fs->files_seen)
        fs->files_seen = r->inode;
    if (r->generation > fs->generation)
        fs->generation = r->generation;
    if (r->contents > fs->generation)
        fs->generation = r->contents;
    /* What is gone had taken its name from that one all the same. */
    struct alfs_file *over = r->over > 1 && r->over <= fs->files ? &fs->file[r->over] : NULL;
    if (over != NULL && over->record.generation == r->over_generation && over != f)
        over->slot = 0;
    if (r->kind == ALFS_GONE) {
        if (f->record.generation == r->generation)
            f->slot = 0;
        return;
    }
    f->record = *r;
    f->size = r->size;
    f->slot = slot;
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
    uint64_t blocks = has_file ? (f->size + STORE_BLOCK - 1) / STORE_BLOCK : 0;
    uint32_t within = blocks <= r->index             ? 0
                      : blocks - r->index < ALFS_RUN ? (1u << (blocks - r->index)) - 1
                                                     : ~0u;
    extent_kill(fs, e, extent_all(r) & ~(r->ready & within));
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
    uint32_t log = log_oldest(fs), seen = 0;
    for (; log < ALFS_LOGS; log = log_after(fs, log)) {
        long slot = log_read(fs, log, names);
        if (slot < 0)
            return slot;
        fs->head = log;
        fs->slot = (uint32_t)slot;
        seen++;
        if (slot < ALFS_SLOTS)
            break;
    }
    fs->untidy |= seen < fs->logs;
    return 0;
}

/* --- Files --- */

/* Directories that lead to the root are `reached`, and what is in them. */
static void reach(struct alfs *fs) {
    for (bool more = true; more;) {
        more = false;
        for (uint32_t i = 2; i <= fs->files_seen; i++) {
            struct alfs_file *f = &fs->file[i];
            const struct alfs_file *d = &fs->file[f->record.index];
            if (f->slot == 0 || f->reached || f->record.index > fs->files_seen || d->slot == 0 ||
                d->record.kind != ALFS_DIR || !d->reached)
                continue;
            f->reached = more = true;
        }
    }
}

/* Is one record behind the other in the log? */
static bool is_newer(const struct alfs *fs, uint32_t a, uint32_t b) {
    uint64_t x = fs->log[slot_log(a)].number, y = fs->log[slot_log(b)].number;
    return x != y ? x > y : a > b;
}

static void lose(struct alfs *fs, struct alfs_file *f) {
    f->slot = 0;
    fs->untidy = true;
}

/* Every file that there is has a place and a name of its own; of two the newer one has it. */
static void names_settle(struct alfs *fs) {
    reach(fs);
    for (uint32_t i = 2; i <= fs->files_seen; i++) {
        struct alfs_file *f = &fs->file[i];
        if (f->slot != 0 && !f->reached)
            lose(fs, f);
        uint32_t other = f->slot != 0 ? name_find(fs, f->record.index, file_name(f)) : 0;
        if (other != 0 && is_newer(fs, fs->file[other].slot, f->slot)) {
            lose(fs, f);
        } else if (f->slot != 0) {
            if (other != 0) {
                name_remove(fs, other);
                lose(fs, &fs->file[other]);
            }
            name_add(fs, i);
        }
    }
    for (uint32_t i = 2; i <= fs->files_seen; i++) {
        fs->files_used += fs->file[i].slot != 0;
        if (fs->file[i].slot == 0) {
            fs->file[i].next = fs->file_free;
            fs->file_free = i;
        }
    }
}

/* What a newer extent has of a file is dead in an older one. */
static void extents_settle(struct alfs *fs, const struct alfs_file *f) {
    for (uint32_t n = f->extents; n != 0; n = fs->extent[n].next) {
        const struct alfs_extent *e = &fs->extent[n];
        for (uint32_t k = e->next; k != 0; k = fs->extent[k].next) {
            struct alfs_extent *older = &fs->extent[k];
            int64_t by = (int64_t)e->record.index - older->record.index;
            if (by <= -(int64_t)ALFS_RUN || by >= (int64_t)ALFS_RUN)
                continue;
            uint32_t live = extent_live(e);
            extent_kill(fs, older, extent_live(older) & (by >= 0 ? live << by : live >> -by));
        }
    }
}

long alfs_load(struct alfs *fs) {
    forget(fs);
    long error = logs_look(fs);
    if (error == 0)
        error = logs_read(fs, true);
    if (error < 0)
        return error;
    names_settle(fs);
    error = logs_read(fs, false);
    for (uint32_t i = 2; i <= fs->files_seen && error == 0; i++)
        extents_settle(fs, &fs->file[i]);
    fs->untidy |= fs->doomed != 0;
    return error;
}

/* --- What a crash left --- */

/* All slots of a block from this one on are empty. */
static long log_wipe(struct alfs *fs, uint32_t log, uint32_t slot) {
    unsigned char *bytes;
    long error = log_get(fs, log, &bytes);
    if (error < 0)
        return error;
    for (; error == 0 && slot < ALFS_SLOTS; slot++) {
        const struct alfs_record *r = (const struct alfs_record *)(bytes + slot * ALFS_SLOT);
        if (r->kind != ALFS_FREE || r->at.count != 0)
            error = record_wipe(fs, log * ALFS_SLOTS + slot, r);
    }
    store_put(fs->store, fs->log[log].block);
    return error;
}

/* A name that is not there, and has a record that could be taken for one later. */
static long name_bury(struct alfs *fs, uint32_t log) {
    unsigned char *bytes;
    long error = log_get(fs, log, &bytes);
    if (error < 0)
        return error;
    const uint32_t end = log == fs->head ? fs->slot : ALFS_SLOTS;
    for (uint32_t slot = 1; slot < end && error == 0; slot++) {
        struct alfs_record r = *(const struct alfs_record *)(bytes + slot * ALFS_SLOT);
        if (r.kind != ALFS_FILE && r.kind != ALFS_DIR)
            continue;
        const struct alfs_file *f = &fs->file[r.inode];
        if (f->slot != 0 && f->record.generation == r.generation)
            continue;
        r.kind = ALFS_GONE;
        error = record_write(fs, log * ALFS_SLOTS + slot, &r);
    }
    store_put(fs->store, fs->log[log].block);
    return error;
}

long alfs_tidy(struct alfs *fs) {
    if (!fs->untidy)
        return 0;
    const uint64_t last = fs->logs ? fs->log[fs->head].number : 0;
    long error = fs->logs ? log_wipe(fs, fs->head, fs->slot) : 0;
    for (uint32_t i = 0; i < ALFS_LOGS && error == 0; i++) {
        if (fs->log[i].block == 0)
            continue;
        if (fs->log[i].number != 0 && fs->log[i].number <= last) {
            error = name_bury(fs, i);
            continue;
        }
        error = log_wipe(fs, i, 1);
        if (error == 0)
            error = log_drop(fs, i);
    }
    if (error == 0)
        error = extents_reclaim(fs);
    if (error == 0)
        error = store_sync(fs->store, false);
    fs->untidy = error < 0;
    return error;
}

long alfs_mount(struct alfs *fs, struct store *store, const char name[16], void *memory,
                uint32_t files, uint32_t extents, bool read_only) {
    struct store_child child;
    *fs = (struct alfs){.store = store,
                        .read_only = read_only,
                        .cursor = store->first,
                        .files = files,
                        .extents = extents,
                        .buckets = buckets_for(files)};
    fs->log = memory;
    fs->file = (struct alfs_file *)(fs->log + ALFS_LOGS);
    fs->extent = (struct alfs_extent *)(fs->file + files + 1);
    fs->bucket = (uint32_t *)(fs->extent + extents + 1);
    fs->changed = fs->bucket + fs->buckets;
    long error = store->ops->root(store, name, &child);
    if (error < 0)
        return error;
    fs->root = child.at.block;
    if (child.at.type != ALFS_ROOT)
        return alfs_damaged(fs, fs->root, "type");
    /* The root stays in core: changes ask for it. */
    unsigned char *bytes;
    error = store_get(store, &child, 0, STORE_READ, &bytes);
    if (error < 0)
        return error;
    error = alfs_load(fs);
    if (error == 0 && !read_only)
        error = alfs_tidy(fs);
    if (error < 0)
        store_put(store, fs->root);
    return error;
}

long alfs_unmount(struct alfs *fs) {
    long error = alfs_sync(fs);
    if (error == 0 && !fs->read_only)
        error = store_sync(fs->store, false);
    if (error == 0)
        store_put(fs->store, fs->root);
    return error;
}
