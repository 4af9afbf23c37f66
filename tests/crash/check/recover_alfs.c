/* SPDX-License-Identifier: MIT */
/* recover_alfs.c -- see recover.h: by XN's code and by alfs's own, which mends when it is mounted.
 * All that a file has is what its checksums say. */
#include "exo/libos/alfs/alfs.h"
#include "lib/error.h"
#include "recover_xn.h"
#include "say.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH = 8, TABLES = 4096 };

static struct alfs fs;

static const char *wrong(unsigned i, const char *what, long error) {
    return say("file system %u %s: %s: block %u: %s", i, what, error_sentence((int)error),
               fs.damage.block, fs.damage.field ? fs.damage.field : "");
}

static long read_file(struct tree *found, const char *path, struct alfs_id id) {
    const uint64_t size = alfs_file(&fs, id)->size;
    if (size > (uint64_t)xn_disk.store.blocks * XN_BLOCK_BYTES)
        return -E_DAMAGED;
    struct entry *e = tree_add(found, path, false, size);
    long bytes = alfs_read(&fs, id, 0, e->bytes, e->size);
    return bytes < 0 ? bytes : bytes == (long)e->size ? 0 : -E_DAMAGED;
}

static long read_directory(struct tree *found, const char *path, struct alfs_id directory,
                           unsigned depth) {
    struct alfs_entry entry;
    uint64_t place = 0;
    long error = 0;
    while (!error && !(error = alfs_list(&fs, directory, &place, &entry))) {
        char below[300];
        snprintf(below, sizeof below, "%s%.*s", path, (int)entry.length, entry.name);
        if (entry.kind == ALFS_FILE) {
            error = read_file(found, below, entry.id);
            continue;
        }
        tree_add(found, below, true, 0);
        strcat(below, "/");
        error = depth < DEPTH ? read_directory(found, below, entry.id, depth + 1) : -E_TOO_LONG;
    }
    return error == -E_NOT_FOUND ? 0 : error;
}

static const char *read_system(unsigned i, const char name[16], struct tree *found) {
    static void *tables;
    char path[8];
    if (!tables)
        tables = malloc(alfs_bytes(TABLES, TABLES));
    fs.damage.field = NULL;
    long error = alfs_mount(&fs, &xn_disk.store, name, tables, TABLES, TABLES, false);
    if (error == -E_NOT_FOUND && i > 1)
        return NULL;
    if (error)
        return wrong(i, "cannot be mounted", error);
    error = alfs_sync(&fs); /* a log that is too long becomes shorter */
    if (!error)
        error = alfs_sync(&fs);
    struct alfs_checking checking = {.claim = xn_claim, .sums = true};
    if (!error)
        error = alfs_check(&fs, &checking);
    if (error)
        return wrong(i, "is not sound", error);
    snprintf(path, sizeof path, "%u/", i);
    error = read_directory(found, path, alfs_root(), 0);
    if (error)
        return wrong(i, "cannot be read", error);
    error = alfs_unmount(&fs);
    return error ? wrong(i, "cannot be unmounted", error) : NULL;
}

const char *recover_alfs(struct recovery *r, struct tree *found) {
    return recover_on_xn(r, found, read_system);
}
