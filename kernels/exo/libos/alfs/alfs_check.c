/* SPDX-License-Identifier: MIT */
/* alfs_check.c -- all of a file system: a mount has looked at each record; here are the blocks
 * that they own, and the files' sums. */
#include "exo/libos/alfs/alfs_own.h"

static long claim(struct alfs *fs, struct alfs_checking *c, uint32_t from, struct xn_extent at) {
    c->blocks += at.count;
    if (c->claim == NULL)
        return 0;
    long error = c->claim(c->owner, at.block, at.count);
    return error < 0 && error != -E_EXISTS ? alfs_damaged(fs, from, "pointer") : error;
}

static long claim_metadata(struct alfs *fs, struct alfs_checking *c, uint32_t from,
                           uint32_t block) {
    long error = claim(fs, c, from, (struct xn_extent){block, 1, ALFS_LOG, 0});
    return error < 0 ? alfs_damaged(fs, from, "pointer to a block that is owned twice") : 0;
}

/* The same blocks are owned by another record, too: a crash was between the two of a move. */
static long disown(struct alfs *fs, struct alfs_checking *c, uint32_t log, uint32_t slot) {
    static const struct xn_extent none;
    struct xn_changes changes = {.count = 1, .change = {{slot * ALFS_SLOT, sizeof none}}};
    if (!c->repair)
        return alfs_damaged(fs, fs->log[log].block, "extent that is owned twice");
    c->repaired++;
    return fs->store->ops->write(fs->store,
                                 (struct store_at){fs->log[log].block, slot - 1, &changes});
}

static long claim_log(struct alfs *fs, struct alfs_checking *c, uint32_t log) {
    const uint32_t block = fs->log[log].block;
    unsigned char *bytes;
    long error = claim_metadata(fs, c, index_of(fs, log), block);
    if (error < 0)
        return error;
    error = log_get(fs, log, &bytes);
    if (error < 0)
        return error;
    for (uint32_t slot = 1; slot < ALFS_SLOTS && error == 0; slot++) {
        const struct alfs_record *r = (const struct alfs_record *)(bytes + slot * ALFS_SLOT);
        if (r->at.count == 0)
            continue;
        error = claim(fs, c, block, r->at);
        if (error == -E_EXISTS)
            error = disown(fs, c, log, slot);
    }
    store_put(fs->store, block);
    return error;
}

/* Each block of each file is what was written. */
static long sums_look(struct alfs *fs) {
    unsigned char *bytes;
    long error = 0;
    for (struct alfs_extent *e = fs->extent + 1; e <= fs->extent + fs->extents_seen; e++)
        for (uint32_t live = e->slot ? extent_live(e) : 0; live && error == 0; live &= live - 1) {
            const uint32_t i = (uint32_t)__builtin_ctz(live);
            error = extent_get(fs, e, i, &bytes);
            if (error == 0)
                store_put(fs->store, e->record.at.block + i);
        }
    return error;
}

static long claim_logs(struct alfs *fs, struct alfs_checking *c) {
    long error = claim_metadata(fs, c, fs->root, fs->root);
    for (uint32_t i = 0; i < ALFS_EACH && error == 0; i++)
        error = fs->index[i] != 0 ? claim_metadata(fs, c, fs->root, fs->index[i]) : 0;
    for (uint32_t log = 0; log < fs->logs_most && error == 0; log++)
        if (fs->log[log].block != 0)
            error = claim_log(fs, c, log);
    return error;
}

long alfs_check(struct alfs *fs, struct alfs_checking *checking) {
    checking->blocks = checking->repaired = 0;
    long error = claim_logs(fs, checking);
    if (error == 0 && fs->untidy && !checking->repair)
        error = alfs_damaged(fs, fs->root, "log that a crash left");
    if (error == 0 && checking->repaired > 0)
        error = alfs_load(fs);
    if (error == 0 && fs->untidy) {
        checking->repaired++;
        error = alfs_tidy(fs);
    }
    return error == 0 && checking->sums ? sums_look(fs) : error;
}
