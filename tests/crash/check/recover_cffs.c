/* SPDX-License-Identifier: MIT */
/* recover_cffs.c -- see recover.h: by XN's code and by C-FFS's own. */
#include "exo/libos/cffs/cffs.h"
#include "exo/xn/store/root.h"
#include "lib/error.h"
#include "host_store.h"
#include "recover.h"
#include "say.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SYSTEMS = 4, ATTACHED = 2, DEPTH = 8, BLOCKS_MOST = 1 << 15 };

static struct host_volume volume;
static struct host_store disk;
static struct cffs fs;
static unsigned char owned[BLOCKS_MOST];
static uint64_t memory[BLOCKS_MOST];

static long claim(void *owner, uint32_t block, uint32_t count) {
    (void)owner;
    for (uint32_t i = 0; i < count; i++)
        if (block + i >= BLOCKS_MOST || owned[block + i]++)
            return -E_EXISTS;
    return 0;
}

static long no_claim(void *owner, uint32_t block, uint32_t count) {
    (void)owner, (void)block, (void)count;
    return 0;
}

static long read_file(struct tree *found, const char *path, struct cffs_id id) {
    struct cffs_stat stat = {0};
    long error = cffs_stat(&fs, id, &stat);
    if (error)
        return error;
    if (stat.size > (uint64_t)volume.blocks * XN_BLOCK_BYTES)
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
    static const char *const may[] = {"file that has moved", "file that is still moving",
                                      "name that was taken over", "pointer without a file",
                                      "parent" /* of a directory that has moved */};
    for (unsigned i = 0; i < sizeof may / sizeof *may; i++)
        if (field && !strcmp(field, may[i]))
            return true;
    return false;
}

static const char *check(unsigned i) {
    struct cffs_checking checking = {.claim = no_claim, .memory = memory};
    long error = cffs_check(&fs, &checking);
    if (error == -E_DAMAGED && is_unfinished(fs.damage.field)) {
        checking = (struct cffs_checking){.claim = no_claim, .memory = memory, .repair = true};
        error = cffs_check(&fs, &checking);
    }
    if (!error) {
        checking = (struct cffs_checking){.claim = claim, .memory = memory};
        error = cffs_check(&fs, &checking);
    }
    return error ? say("file system %u: %s: block %u: %s", i, error_sentence((int)error),
                       fs.damage.block, fs.damage.field ? fs.damage.field : "")
                 : NULL;
}

/* Who made it may change it. */
static uint64_t credential_of(const char name[16]) {
    const struct xn_root *root =
        (const struct xn_root *)(volume.image +
                                 (size_t)volume.x.volume[0].root_at * XN_BLOCK_BYTES);
    for (unsigned i = 0; i < XN_ROOTS; i++)
        if (!memcmp(root[i].name, name, sizeof root[i].name))
            return root[i].credential;
    return 0;
}

static const char *read_system(unsigned i, struct tree *found) {
    static const char name[SYSTEMS][16] = {"zero", "one", "two", "three"};
    char path[8];
    disk.who.credential = credential_of(name[i]);
    long error = cffs_mount(&fs, &disk.store, name[i], false);
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

/* Blocks that are the volume's own, and types' bodies. */
static void claim_own(void) {
    const struct xn_volume *v = &volume.x.volume[0];
    for (uint32_t i = 0; i <= v->catalogue_at; i++)
        owned[i]++;
    for (uint32_t i = 0; i < XN_TYPES_MAX; i++) {
        uint32_t block, bytes;
        if (!xn_type_body(&volume.x, 0, i, &block, &bytes))
            for (uint32_t k = 0; k * XN_BLOCK_BYTES < bytes; k++)
                owned[block + k]++;
    }
}

/* No block is owned that is free, or the reverse. */
static const char *compare_map(void) {
    const struct xn_volume *v = &volume.x.volume[0];
    for (uint32_t b = 0; b < v->blocks; b++)
        if (!!owned[b] != xn_is_allocated(v, b))
            return say(owned[b] ? "block %u is owned, and free"
                                : "block %u is nobody's, and not "
                                  "free",
                       b);
    return NULL;
}

static const char *mount(struct recovery *r) {
    const struct xn_volume *v = &volume.x.volume[0];
    int error = host_volume_open_whole(&volume, r->image, (uint32_t)(r->bytes / XN_BLOCK_BYTES));
    volume.stops = r->stops_at;
    volume.writes_most = r->stops_at;
    if (!error)
        error = host_volume_mount(&volume);
    if (error)
        return say("XN: %s: block %u: %s", error_sentence(error), v->damaged,
                   v->damage ? v->damage : "");
    return v->read_only ? say("XN: it cannot be recovered") : NULL;
}

const char *recover_cffs(struct recovery *r, struct tree *found) {
    memset(owned, 0, sizeof owned);
    const char *why = mount(r);
    if (!why && host_store_open(&disk, &volume))
        why = say("XN: it is too large");
    for (unsigned i = 0; i < SYSTEMS && !why; i++)
        why = read_system(i, found);
    if (!why)
        claim_own();
    if (!why)
        why = compare_map();
    if (!why && host_volume_unmount(&volume))
        why = say("XN cannot leave it clean");
    r->writes = volume.writes;
    host_volume_close(&volume);
    return why;
}
