/* SPDX-License-Identifier: MIT */
/* recover_cffs.c -- see recover.h: by XN's code and by C-FFS's own. */
#include "exo/libos/cffs/check/cffs_check.h"
#include "lib/error.h"
#include "recover_xn.h"
#include "say.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ATTACHED = 2, DEPTH = 8 };

static struct cffs fs;
static uint64_t memory[BLOCKS_MOST];

static long read_file(struct tree *found, const char *path, struct cffs_id id) {
    struct cffs_stat stat = {0};
    long error = cffs_stat(&fs, id, &stat);
    if (error)
        return error;
    if (stat.size > (uint64_t)xn_disk.store.blocks * XN_BLOCK_BYTES)
        return -E_DAMAGED;
    struct entry *e = tree_add(found, path, false, stat.size);
    long bytes = cffs_read(&fs, id, 0, e->bytes, e->size);
    return bytes < 0 ? bytes : bytes == (long)e->size ? 0 : -E_DAMAGED;
}

static long read_directory(struct tree *found, const char *path, struct cffs_id directory,
                           unsigned depth) {
    struct cffs_entry entry;
    uint64_t place = 0;
    long error = 0;
    while (!error && !(error = cffs_list(&fs, directory, &place, &entry))) {
        char below[300];
        struct cffs_id id;
        struct cffs_name name = {entry.name, entry.length};
        enum cffs_kind kind = entry.kind;
        if (kind == CFFS_QUOTA)
            continue;
        snprintf(below, sizeof below, "%s%.*s", path, (int)entry.length, entry.name);
        error = cffs_lookup(&fs, directory, name, &id, &kind);
        if (!error && kind == CFFS_DIR) {
            tree_add(found, below, true, 0);
            strcat(below, "/");
            error = depth < DEPTH ? read_directory(found, below, id, depth + 1) : -E_TOO_LONG;
        } else if (!error) {
            error = read_file(found, below, id);
        }
    }
    return error == -E_NOT_FOUND ? 0 : error;
}

/* What a crash may leave undone. All else is damage, though a check could mend it. */
static bool is_unfinished(const char *field) {
    static const char *const may[] = {"file that has moved",
                                      "file that is still moving",
                                      "name that was taken over",
                                      "pointer without a file",
                                      "quota",
                                      "parent" /* of a directory that has moved */};
    for (unsigned i = 0; i < sizeof may / sizeof *may; i++)
        if (field && !strcmp(field, may[i]))
            return true;
    return false;
}

static const char *check(unsigned i) {
    struct cffs_checking checking = {.claim = xn_no_claim, .memory = memory};
    long error = cffs_check(&fs, &checking);
    if (error == -E_DAMAGED && is_unfinished(fs.damage.field)) {
        checking = (struct cffs_checking){.claim = xn_no_claim, .memory = memory, .repair = true};
        error = cffs_check(&fs, &checking);
    }
    if (!error) {
        checking = (struct cffs_checking){.claim = xn_claim, .memory = memory};
        error = cffs_check(&fs, &checking);
    }
    return error ? say("file system %u: %s: block %u: %s", i, error_sentence((int)error),
                       fs.damage.block, fs.damage.field ? fs.damage.field : "")
                 : NULL;
}

static const char *read_system(unsigned i, const char name[16], struct tree *found) {
    char path[8];
    long error = cffs_mount(&fs, &xn_disk.store, name, false);
    if (error == -E_NOT_FOUND)
        return i > 1 ? NULL : say("file system %u is gone", i);
    if (error < 0)
        return say("file system %u cannot be mounted: %s: block %u: %s", i,
                   error_sentence((int)error), fs.damage.block,
                   fs.damage.field ? fs.damage.field : "");
    const char *why = check(i);
    snprintf(path, sizeof path, "%u/", i);
    if (i == ATTACHED)
        tree_add(found, path, true, 0);
    if (!why && (error = read_directory(found, path, cffs_root(&fs), 0)))
        why = say("file system %u cannot be read: %s", i, error_sentence((int)error));
    if (!why && cffs_unmount(&fs))
        why = say("file system %u cannot be unmounted", i);
    return why;
}

const char *recover_cffs(struct recovery *r, struct tree *found) {
    return recover_on_xn(r, found, read_system);
}
