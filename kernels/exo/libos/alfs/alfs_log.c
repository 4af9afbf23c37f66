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

long log_get(struct alfs *fs, uint32_t log, unsigned char **bytes) {
    struct store_child child = {
        index_of(fs, log), log % ALFS_EACH / ALFS_ADDRESSES, {fs->log[log].block, 1, ALFS_LOG, 0}};
    return store_get(fs->store, &child, 0, STORE_READ, bytes);
}

/* --- Changes of bytes --- */

static const struct xn_extent nothing;

static struct xn_changes bytes_at(uint32_t at, const void *bytes, uint32_t count) {
    struct xn_changes c = {.count = 1, .change = {{(unsigned short)at, (unsigned short)count}}};
    memcpy(c.bytes, bytes, count);
    return c;
}

/* A slot's partition, with this change of it. */
static struct store_at slot_at(const struct alfs *fs, uint32_t slot, const struct xn_changes *c) {
    return (struct store_at){fs->log[slot_log(slot)].block, slot % ALFS_SLOTS - 1, c};
}

/* Of a slot's record the bytes from `first` to `end`; with an extent that comes or goes. */
static long record_change(struct alfs *fs, enum store_change what, uint32_t slot,
                          const struct alfs_record *record, size_t first, size_t end,
                          struct xn_extent child) {
    unsigned char *bytes;
    long error = log_get(fs, slot_log(slot), &bytes);
    if (error < 0)
        return error;
    struct xn_changes c = bytes_at(slot % ALFS_SLOTS * ALFS_SLOT + (uint32_t)first,
                                   (const char *)record + first, (uint32_t)(end - first));
    error = store_change(fs->store, what, slot_at(fs, slot, &c), child, false);
    store_put(fs->store, fs->log[slot_log(slot)].block);
    return error;
}

long record_write(struct alfs *fs, uint32_t slot, const struct alfs_record *record) {
    return record_change(fs, STORE_BYTES, slot, record, sizeof record->at, sizeof *record, nothing);
}

long record_resize(struct alfs *fs, uint32_t slot, struct alfs_record *record, uint32_t count) {
    struct alfs_record now = *record;
    const uint32_t had = now.at.count, kept = had < count ? had : count;
    struct xn_extent child = {now.at.block + kept, (unsigned short)(had + count - 2 * kept),
                              XN_BYTES, 0};
    now.at.count = (unsigned short)count;
    now.ready &= extent_all(&now);
    if (count == 0)
        now.at = nothing;
    long error = record_change(fs, count > had ? STORE_ALLOC : STORE_FREE, slot, &now, 0,
                               offsetof(struct alfs_record, sum), child);
    if (error == 0)
        *record = now;
    return error;
}

long record_wipe(struct alfs *fs, uint32_t slot, const struct alfs_record *record) {
    static const struct alfs_record none;
    return record_change(fs, record->at.count ? STORE_FREE : STORE_BYTES, slot, &none, 0,
                         sizeof none, record->at);
}

/* --- Blocks of the log --- */

/* An address in the root, or in an index, comes or goes. */
static long address_change(struct alfs *fs, enum store_change what, uint32_t in, uint32_t i,
                           struct xn_extent child) {
    uint32_t address = what == STORE_ALLOC ? child.block : 0;
    struct xn_changes c = bytes_at(ALFS_WINDOW + i * 4, &address, sizeof address);
    return store_change(fs->store, what, (struct store_at){in, i / ALFS_ADDRESSES, &c}, child,
                        false);
}

long index_get(struct alfs *fs, uint32_t i, uint32_t block, unsigned char **bytes) {
    struct store_child child = {fs->root, i / ALFS_ADDRESSES, {block, 1, ALFS_INDEX, 0}};
    long error = store_get(fs->store, &child, 0, STORE_READ, bytes);
    if (error == 0)
        fs->index[i] = block;
    return error;
}

static long index_new(struct alfs *fs, uint32_t i) {
    unsigned char *bytes;
    struct xn_extent child = {store_find_free(fs->store, fs->root, 1), 1, ALFS_INDEX, 0};
    long error = child.block == 0 ? -E_FULL : address_change(fs, STORE_ALLOC, fs->root, i, child);
    if (error < 0)
        return error;
    error = index_get(fs, i, child.block, &bytes);
    if (error < 0)
        (void)address_change(fs, STORE_FREE, fs->root, i, child);
    return error;
}

/* The log goes on in a new block. */
static long log_grow(struct alfs *fs) {
    uint32_t log = 0, near = fs->logs > 0 ? fs->log[fs->head].block : fs->root;
    while (log < fs->logs_most && fs->log[log].block != 0)
        log++;
    long error = log == fs->logs_most     ? -E_FULL
                 : index_of(fs, log) == 0 ? index_new(fs, log / ALFS_EACH)
                                          : 0;
    if (error < 0)
        return error;
    uint32_t block = store_find_free(fs->store, near, 1);
    error = block == 0 ? -E_FULL
                       : address_change(fs, STORE_ALLOC, index_of(fs, log), log % ALFS_EACH,
                                        (struct xn_extent){block, 1, ALFS_LOG, 0});
    if (error < 0)
        return error;
    struct alfs_head head = {ALFS_MAGIC, 0, 1};
    if (fs->logs > 0)
        head.number = fs->log[fs->head].number + 1;
    struct xn_changes c = bytes_at(0, &head, sizeof head);
    fs->log[log].block = block;
    error = store_change(fs->store, STORE_BYTES, (struct store_at){block, 0, &c}, nothing, false);
    if (error < 0) {
        (void)log_drop(fs, log);
        return error;
    }
    fs->log[log].number = head.number;
    fs->logs++;
    fs->head = log;
    fs->slot = 1;
    return 0;
}

long log_drop(struct alfs *fs, uint32_t log) {
    struct xn_extent child = {fs->log[log].block, 1, ALFS_LOG, 0};
    long error = address_change(fs, STORE_FREE, index_of(fs, log), log % ALFS_EACH, child);
    if (error < 0)
        return error;
    fs->logs -= fs->log[log].number != 0;
    fs->log[log] = (struct alfs_log){0};
    return 0;
}

uint32_t log_oldest(const struct alfs *fs) {
    uint32_t oldest = fs->logs_most;
    for (uint32_t i = 0; i < fs->logs_most; i++)
        if (fs->log[i].number != 0 &&
            (oldest == fs->logs_most || fs->log[i].number < fs->log[oldest].number))
            oldest = i;
    return oldest;
}

long log_room(struct alfs *fs) {
    long error = fs->logs == 0 || fs->slot == ALFS_SLOTS ? log_grow(fs) : 0;
    return error < 0 ? error : (long)(fs->head * ALFS_SLOTS + fs->slot);
}

long record_append(struct alfs *fs, const struct alfs_record *record) {
    long slot = log_room(fs);
    long error = slot < 0 ? slot : record_write(fs, (uint32_t)slot, record);
    fs->slot += error == 0;
    return error < 0 ? error : slot;
}

long record_alloc(struct alfs *fs, struct alfs_record *record, uint32_t near, uint32_t count) {
    long slot = log_room(fs), error = slot < 0 ? slot : -E_FULL;
    for (; slot >= 0 && count > 0 && error == -E_FULL; count /= 2) {
        uint32_t block = store_find_free(fs->store, near, count);
        record->at = (struct xn_extent){block, (unsigned short)count, XN_BYTES, 0};
        if (block != 0)
            error = record_change(fs, STORE_ALLOC, (uint32_t)slot, record, 0, sizeof *record,
                                  record->at);
    }
    fs->slot += error == 0;
    return error < 0 ? error : slot;
}

/* A record at the log's end, to which that slot's blocks go: its slot. */
static long record_move(struct alfs *fs, const struct alfs_record *record, uint32_t from) {
    unsigned char *bytes;
    long to = log_room(fs), error = to < 0 ? to : log_get(fs, slot_log(from), &bytes);
    if (error < 0)
        return error;
    struct xn_changes out = bytes_at(from % ALFS_SLOTS * ALFS_SLOT, &nothing, sizeof nothing);
    struct xn_changes in = bytes_at((uint32_t)to % ALFS_SLOTS * ALFS_SLOT, record, sizeof *record);
    struct store_at a = slot_at(fs, from, &out), b = slot_at(fs, (uint32_t)to, &in);
    error = log_get(fs, fs->head, &bytes);
    if (error == 0) {
        error = store_move(fs->store, a, b, record->at, false);
        store_put(fs->store, b.block);
    }
    store_put(fs->store, a.block);
    fs->slot += error == 0;
    return error < 0 ? error : to;
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
    long slot = 0;
    bool first = true;
    for (uint32_t i = 2; i <= fs->files_seen && slot >= 0; i++) {
        struct alfs_file *f = &fs->file[i];
        if (f->slot == 0 || slot_log(f->slot) != log)
            continue;
        f->record.over = 0;
        slot = record_append(fs, &f->record);
        f->slot = slot < 0 ? f->slot : (uint32_t)slot;
    }
    for (uint32_t i = 1; i <= fs->extents_seen && slot >= 0; i++) {
        struct alfs_extent *e = &fs->extent[i];
        if (e->slot == 0 || slot_log(e->slot) != log)
            continue;
        e->record.ready &= ~e->dead; /* the newer record does not count more than what is newer */
        slot = before_move(fs, first);
        first = false;
        if (slot >= 0)
            slot = record_move(fs, &e->record, e->slot);
        if (slot < 0)
            break;
        e->slot = (uint32_t)slot;
        extent_newest(fs, e);
    }
    return slot < 0 ? slot : 0;
}

long log_compact(struct alfs *fs) {
    enum { ROUNDS = 8, SPARE = 4 };
    long error = 0;
    for (unsigned round = 0; round < ROUNDS && error == 0; round++) {
        uint32_t live = fs->files_used + fs->extents_used, oldest = log_oldest(fs);
        if (fs->logs <= SPARE + 2 * live / (ALFS_SLOTS - 1))
            break;
        error = log_copy(fs, oldest);
        if (error == 0 && DEFENDED(ALFS_COPIED_FIRST))
            error = store_sync(fs->store, false);
        if (error == 0)
            error = log_drop(fs, oldest);
        if (error == 0) /* before the next one goes: else that one could be missing alone */
            error = store_sync(fs->store, false);
    }
    return error == -E_FULL ? 0 : error;
}
