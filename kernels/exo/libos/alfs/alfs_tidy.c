/* SPDX-License-Identifier: MIT */
/* alfs_tidy.c -- what a crash left in the log is taken from it. */
#include "exo/libos/alfs/alfs_own.h"

/* In a block of the log, what is behind slot `end` is empty, and a name that is not there has no
 * record that could be taken for one later. */
static long log_tidy(struct alfs *fs, uint32_t log, uint32_t end) {
    unsigned char *bytes;
    long error = log_get(fs, log, &bytes);
    if (error < 0)
        return error;
    for (uint32_t i = 1; i < ALFS_SLOTS && error == 0; i++) {
        struct alfs_record r = *(const struct alfs_record *)(bytes + i * ALFS_SLOT);
        const struct alfs_file *f = &fs->file[i < end ? r.inode : 0];
        if (i >= end && (r.kind != ALFS_FREE || r.at.count != 0))
            error = record_wipe(fs, log * ALFS_SLOTS + i, &r);
        if (i >= end || (r.kind != ALFS_FILE && r.kind != ALFS_DIR) ||
            (f->slot != 0 && f->record.generation == r.generation))
            continue;
        r.kind = ALFS_GONE;
        error = record_write(fs, log * ALFS_SLOTS + i, &r);
    }
    store_put(fs->store, fs->log[log].block);
    return error;
}

long alfs_tidy(struct alfs *fs) {
    if (!fs->untidy)
        return 0;
    const uint64_t last = fs->logs ? fs->log[fs->head].number : 0;
    long error = 0;
    for (uint32_t i = 0; i < fs->logs_most && error == 0; i++) {
        bool counts = fs->log[i].number != 0 && fs->log[i].number <= last;
        if (fs->log[i].block == 0)
            continue;
        error = log_tidy(fs, i, i == fs->head ? fs->slot : counts ? ALFS_SLOTS : 1);
        if (error == 0 && !counts)
            error = log_drop(fs, i);
    }
    if (error == 0)
        error = extents_reclaim(fs);
    if (error == 0)
        error = store_sync(fs->store, false);
    fs->untidy = error < 0;
    return error;
}
