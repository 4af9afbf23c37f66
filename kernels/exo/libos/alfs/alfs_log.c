/* SPDX-License-Identifier: MIT */
/* alfs_log.c -- the log: records are put at its end; what one says of itself (its size, what it
 * owns, that it is gone) is changed where it is. Its oldest block is given up when what it has
 * that counts has been written again at the end. */
#include "exo/libos/alfs/alfs_own.h"

long alfs_damaged(struct alfs *fs, uint32_t block, const char *field) {
    fs->damage.block = block;
    fs->damage.field = field;
    return -E_DAMAGED;
}

static struct store_child log_child(const struct alfs *fs, uint32_t log) {
    return (struct store_child){
        fs->root, log / ALFS_ROOT_EACH, {fs->log[log].block, 1, ALFS_LOG, 0}};
}

long log_get(struct alfs *fs, uint32_t log, unsigned char **bytes) {
    struct store_child child = log_child(fs, log);
    return store_get(fs->store, &child, 0, STORE_READ, bytes);
}

/* --- Changes of bytes --- */

struct edit {
    struct xn_changes changes;
    uint32_t used;
};

static void edit_bytes(struct edit *e, uint32_t at, const void *bytes, uint32_t count) {
    e->changes.change[e->changes.count].at = (unsigned short)at;
    e->changes.change[e->changes.count++].bytes = (unsigned short)count;
    memcpy(e->changes.bytes + e->used, bytes, count);
    e->used += count;
}

enum what { WRITE, ALLOC, FREE };

static long ask(struct alfs *fs, enum what what, struct store_at at, struct xn_extent child) {
    const struct store_ops *ops = fs->store->ops;
    return what == WRITE   ? ops->write(fs->store, at)
           : what == ALLOC ? ops->alloc(fs->store, at, child)
                           : ops->free(fs->store, at, child);
}

/* The store wants older versions on the disk first, or has no room for more that waits for them. */
static bool again(struct alfs *fs, long error) {
    return (error == -E_ORDER || error == -E_TAINTED || error == -E_FULL) &&
           store_sync(fs->store, false) == 0;
}

static long change(struct alfs *fs, enum what what, uint32_t block, uint32_t partition,
                   const struct edit *e, struct xn_extent child) {
    struct store_at at = {block, partition, &e->changes};
    long error = ask(fs, what, at, child);
    return error < 0 && again(fs, error) ? ask(fs, what, at, child) : error;
}

/* So many bytes of a slot's record, from byte `first` on, with more of them for an extent. */
static long record_change(struct alfs *fs, enum what what, uint32_t slot,
                          const struct alfs_record *record, uint32_t first, uint32_t end,
                          struct xn_extent child) {
    const uint32_t log = slot_log(slot), in = slot % ALFS_SLOTS;
    unsigned char *bytes;
    struct edit e = {.used = 0};
    long error = log_get(fs, log, &bytes);
    if (error < 0)
        return error;
    edit_bytes(&e, in * ALFS_SLOT + first, (const char *)record + first, end - first);
    error = change(fs, what, fs->log[log].block, in - 1, &e, child);
    store_put(fs->store, fs->log[log].block);
    if (error == 0)
        fs->changed[log / 32] |= 1u << log % 32;
    return error;
}

static const struct xn_extent nothing;

long record_write(struct alfs *fs, uint32_t slot, const struct alfs_record *record) {
    return record_change(fs, WRITE, slot, record, sizeof record->at, sizeof *record, nothing);
}

long record_extend(struct alfs *fs, uint32_t slot, struct alfs_record *record, uint32_t count) {
    struct alfs_record longer = *record;
    struct xn_extent child = record->at;
    child.block += child.count;
    child.count = (unsigned short)count;
    longer.at.count += count;
    long error = record_change(fs, ALLOC, slot, &longer, 0, sizeof longer.at, child);
    if (error == 0)
        *record = longer;
    return error;
}

long record_free(struct alfs *fs, uint32_t slot, struct alfs_record *record, uint32_t count,
                 bool first) {
    struct alfs_record left = *record;
    struct xn_extent child = record->at;
    left.at.count -= count;
    if (first) {
        left.at.block += count;
        left.skip += count;
    } else {
        child.block += left.at.count;
    }
    if (left.at.count == 0)
        left.at = nothing;
    child.count = (unsigned short)count;
    left.ready &= extent_all(&left);
    long error = record_change(fs, FREE, slot, &left, 0, offsetof(struct alfs_record, sum), child);
    if (error == 0)
        *record = left;
    return error;
}

long record_wipe(struct alfs *fs, uint32_t slot, const struct alfs_record *record) {
    static const struct alfs_record none;
    return record_change(fs, record->at.count ? FREE : WRITE, slot, &none, 0, sizeof none,
                         record->at);
}

/* --- Blocks of the log --- */

static long root_change(struct alfs *fs, enum what what, uint32_t log, uint32_t block) {
    struct edit e = {.used = 0};
    uint32_t pointer = what == ALLOC ? block : 0;
    struct xn_extent child = {block, 1, ALFS_LOG, 0};
    edit_bytes(&e, ALFS_ROOT_WINDOW + log * 4, &pointer, sizeof pointer);
    long error = change(fs, what, fs->root, log / ALFS_ROOT_EACH, &e, child);
    fs->log_grown |= error == 0;
    return error;
}

/* The log goes on in a new block. */
static long log_grow(struct alfs *fs) {
    uint32_t log = 0;
    while (log < ALFS_LOGS && fs->log[log].block != 0)
        log++;
    uint32_t near = fs->logs > 0 ? fs->log[fs->head].block : fs->root;
    uint32_t block = log < ALFS_LOGS ? store_find_free(fs->store, near, 1) : 0;
    if (block == 0)
        return -E_FULL;
    long error = root_change(fs, ALLOC, log, block);
    if (error < 0)
        return error;
    struct alfs_head head = {ALFS_MAGIC, fs->owner,
                             fs->logs > 0 ? fs->log[fs->head].number + 1 : 1};
    struct edit e = {.used = 0};
    edit_bytes(&e, 0, &head, sizeof head);
    fs->log[log].block = block;
    error = change(fs, WRITE, block, 0, &e, nothing);
    if (error < 0) {
        if (root_change(fs, FREE, log, block) == 0)
            fs->log[log].block = 0;
        return error;
    }
    fs->log[log].number = head.number;
    fs->changed[log / 32] |= 1u << log % 32;
    fs->logs++;
    fs->head = log;
    fs->slot = 1;
    return 0;
}

long log_drop(struct alfs *fs, uint32_t log) {
    long error = root_change(fs, FREE, log, fs->log[log].block);
    if (error < 0)
        return error;
    fs->logs -= fs->log[log].number != 0;
    fs->log[log] = (struct alfs_log){0, 0};
    fs->changed[log / 32] &= ~(1u << log % 32);
    return 0;
}

uint32_t log_oldest(const struct alfs *fs) {
    uint32_t oldest = ALFS_LOGS;
    for (uint32_t i = 0; i < ALFS_LOGS; i++)
        if (fs->log[i].number != 0 &&
            (oldest == ALFS_LOGS || fs->log[i].number < fs->log[oldest].number))
            oldest = i;
    return oldest;
}

long log_room(struct alfs *fs) {
    long error = fs->logs == 0 || fs->slot == ALFS_SLOTS ? log_grow(fs) : 0;
    return error < 0 ? error : (long)(fs->head * ALFS_SLOTS + fs->slot);
}

long record_append(struct alfs *fs, const struct alfs_record *record) {
    long slot = log_room(fs);
    if (slot < 0)
        return slot;
    long error = record_write(fs, (uint32_t)slot, record);
    fs->slot += error == 0;
    return error < 0 ? error : slot;
}

long record_alloc(struct alfs *fs, struct alfs_record *record, uint32_t near, uint32_t count) {
    long slot = log_room(fs), error = -E_FULL;
    for (; slot >= 0 && count > 0; count /= 2) {
        uint32_t block = store_find_free(fs->store, near, count);
        if (block == 0)
            continue;
        record->at = (struct xn_extent){block, (unsigned short)count, XN_BYTES, 0};
        error = record_change(fs, ALLOC, (uint32_t)slot, record, 0, sizeof *record, record->at);
        if (error != -E_FULL && error != -E_QUOTA)
            break;
    }
    fs->slot += slot >= 0 && error == 0;
    return slot < 0 ? slot : error < 0 ? error : slot;
}

static long move_blocks(struct alfs *fs, const struct alfs_record *record, uint32_t from,
                        uint32_t to) {
    const uint32_t a = slot_log(from), b = slot_log(to);
    struct edit out = {.used = 0}, in = {.used = 0};
    edit_bytes(&out, from % ALFS_SLOTS * ALFS_SLOT, &nothing, sizeof nothing);
    edit_bytes(&in, to % ALFS_SLOTS * ALFS_SLOT, record, sizeof *record);
    struct store_at at = {fs->log[a].block, from % ALFS_SLOTS - 1, &out.changes};
    struct store_at end = {fs->log[b].block, to % ALFS_SLOTS - 1, &in.changes};
    long error = fs->store->ops->move(fs->store, at, end, record->at);
    if (error < 0 && again(fs, error))
        error = fs->store->ops->move(fs->store, at, end, record->at);
    fs->changed[a / 32] |= 1u << a % 32;
    fs->changed[b / 32] |= 1u << b % 32;
    return error;
}

long record_move(struct alfs *fs, const struct alfs_record *record, uint32_t from) {
    unsigned char *bytes;
    long slot = log_room(fs);
    if (slot < 0)
        return slot;
    const uint32_t a = slot_log(from), b = slot_log((uint32_t)slot);
    long error = log_get(fs, a, &bytes);
    if (error < 0)
        return error;
    error = log_get(fs, b, &bytes);
    if (error == 0) {
        error = move_blocks(fs, record, from, (uint32_t)slot);
        store_put(fs->store, fs->log[b].block);
    }
    store_put(fs->store, fs->log[a].block);
    fs->slot += error == 0;
    return error < 0 ? error : slot;
}

long log_flush(struct alfs *fs) {
    const struct store_ops *ops = fs->store->ops;
    uint32_t block[64], count = 0;
    long left = 0;
    for (uint32_t log = 0; log < ALFS_LOGS && left == 0; log++) {
        if (!(fs->changed[log / 32] >> log % 32 & 1))
            continue;
        block[count++] = fs->log[log].block;
        if (count < 64)
            continue;
        left = ops->writeback(fs->store, block, count, false);
        count = 0;
    }
    if (left == 0 && count > 0)
        left = ops->writeback(fs->store, block, count, false);
    if (left == 0)
        left = ops->flush(fs->store);
    if (left == 0 && fs->log_grown) {
        left = ops->writeback(fs->store, &fs->root, 1, true);
        if (left == 0)
            left = ops->flush(fs->store);
    }
    if (left > 0)
        left = store_sync(fs->store, false);
    if (left == 0) {
        memset(fs->changed, 0, ALFS_LOGS / 8);
        fs->log_grown = false;
    }
    return left;
}

/* --- Compaction --- */

/* Where an extent goes, all of the log before it is on the disk: else a crash could leave an empty
 * slot before it, and then it would not count. */
static long before_move(struct alfs *fs, bool first) {
    long slot = log_room(fs);
    bool sector = slot % (STORE_SECTOR / ALFS_SLOT) == 0 || slot % ALFS_SLOTS == 1;
    return slot < 0 ? slot : first || sector ? store_sync(fs->store, false) : 0;
}

/* What a block has that counts comes to the end. */
static long log_copy(struct alfs *fs, uint32_t log) {
    for (uint32_t i = 2; i <= fs->files_seen; i++) {
        struct alfs_file *f = &fs->file[i];
        if (f->slot == 0 || slot_log(f->slot) != log)
            continue;
        f->record.over = 0;
        long slot = record_append(fs, &f->record);
        if (slot < 0)
            return slot;
        f->slot = (uint32_t)slot;
    }
    bool first = true;
    for (uint32_t i = 1; i <= fs->extents_seen; i++) {
        struct alfs_extent *e = &fs->extent[i];
        if (e->slot == 0 || slot_log(e->slot) != log)
            continue;
        long error = before_move(fs, first);
        if (error < 0)
            return error;
        first = false;
        e->record.ready &= ~e->dead; /* the newer record does not count more than what is newer */
        long slot = record_move(fs, &e->record, e->slot);
        if (slot < 0)
            return slot;
        e->slot = (uint32_t)slot;
        extent_newest(fs, e);
    }
    return 0;
}

long log_compact(struct alfs *fs) {
    enum { ROUNDS = 8, SPARE = 4 };
    for (unsigned round = 0; round < ROUNDS; round++) {
        uint32_t live = fs->files_used + fs->extents_used;
        if (fs->logs <= SPARE + 2 * live / (ALFS_SLOTS - 1))
            return 0;
        uint32_t oldest = log_oldest(fs);
        long error = log_copy(fs, oldest);
        if (error == 0)
            error = store_sync(fs->store, false);
        if (error == 0)
            error = log_drop(fs, oldest);
        if (error == 0) /* before the next one goes: else that one could be missing alone */
            error = store_sync(fs->store, false);
        if (error < 0)
            return error == -E_FULL ? 0 : error;
    }
    return 0;
}
