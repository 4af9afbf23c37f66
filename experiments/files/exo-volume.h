/* SPDX-License-Identifier: MIT */
/* exo-volume.h -- the boot's first disk, as a volume that XN protects, as one that nobody does, or
 * as one whose owner gave a run of its blocks away: what file systems of exo are put on. */
#ifndef EXPERIMENTS_FILES_EXO_VOLUME_H
#define EXPERIMENTS_FILES_EXO_VOLUME_H

#include "exo/libos/disk/exo_disk.h"
#include "exo/libos/disk/xn_store.h"
#include "exo/libos/exposed.h"
#include "exo/libos/extents/extents.h"
#include "exo/libos/frames.h"
#include "exo/libos/spawn.h"
#include "exo/libos/stubs.h"
#include "exo/xn/type/meta.h"
#include "lib/error.h"
#include "lib/string.h"
#include "workload.h"

#define CACHE     8192           /* pages: all of a row's files */
#define WINDOW_AT 0x540000000000 /* XN's blocks; before them its free map */
#define MEMORY_AT 0x530000000000 /* a page to format with, the disk, and the store's own */
#define PAGE      4096ul
#define BEHIND    5 /* the slot that opens the proxy node, and nothing else */

static const char name[16] = "files";
static unsigned char *const page = (unsigned char *)MEMORY_AT;
static struct exo_raw_disk *const disk = (struct exo_raw_disk *)(MEMORY_AT + PAGE);
static void *const memory = (void *)(MEMORY_AT + 2 * PAGE);

static struct xn_store xn;
static struct raw_store raw;
static struct store *store; /* one of the two */
static bool is_protected;
static uint64_t owner; /* of the disk, who gave a run of its blocks away; 0: nobody did */

/* What is below a file system: the kernel's rules, nothing, or a proxy node. */
enum volume_below { VOLUME_XN, VOLUME_RAW, VOLUME_PXN };

static inline size_t memory_bytes(void) {
    const uint32_t blocks = (uint32_t)exposed_disk(0)->blocks;
    return is_protected ? xn_store_bytes(blocks, CACHE) : raw_store_bytes(blocks, CACHE);
}

/* Memory for either, once. */
static inline bool prepare(void) {
    is_protected = false;
    const uint64_t pages = 2 + (memory_bytes() + PAGE - 1) / PAGE;
    return exposed_entry(MEMORY_AT) ||
           !frames_map(0, 0, 0, MEMORY_AT, pages, EXO_WRITE | EXO_NO_EXEC);
}

/* An empty volume of XN's, of that design. */
static inline long format_protected(enum xn_design design) {
    for (uint32_t i = 0;; i++) {
        unsigned char *bytes = page;
        int end = xn_format(disk->raw.blocks, design, disk->raw.atom, i, page);
        if (end)
            return end < 0 ? end : disk->raw.flush(&disk->raw);
        long error = disk->raw.transfer(&disk->raw, true, i, 1, &bytes);
        if (error)
            return error;
    }
}

static inline long store_open(void) {
    memset(memory, 0, memory_bytes());
    return is_protected ? xn_store_open(&xn, 0, 0, WINDOW_AT, CACHE, memory)
                        : raw_store_open(&raw, &disk->raw, memory, CACHE);
}

static inline long store_close(void) {
    return is_protected ? xn_store_close(&xn) : raw_store_close(&raw);
}

/* Another environment has the disk, and gives all but its own block away: null, or why not. */
static inline const char *begin_behind(void) {
    static const struct cap who = {
        .rights = CAP_ALL, .valid = 1, .length = 5, .name = {'f', 'i', 'l', 'e', 's'}};
    struct exo_extent at;
    long id = spawn(0, "extents", EXTENTS_NEW, 0, 0);
    if (id < 0)
        return "the disk has no owner who would give blocks away";
    owner = (uint64_t)id;
    long node = extents_ask(owner, who, (uint32_t)exposed_disk(0)->blocks - 1, &at);
    files_must(node > 0 && !exo_cap_forge(0, BEHIND, who));
    files_must(!exo_raw_disk_open(disk, 0, at.block, at.count, BEHIND, 0, (uint64_t)node));
    return NULL;
}

/* Closes what volume_make opened. */
static inline void volume_end(void) {
    files_must(!store_close());
    if (owner)
        files_must(!exo_env_destroy(0, owner));
    owner = 0;
}

/* An empty volume, of that design if XN protects it, open: null, or why there is none. */
static inline const char *volume_make(enum volume_below below, enum xn_design design) {
    if (!env_info()->disks)
        return "the machine has no disk";
    if (!prepare())
        return "the machine has too little memory";
    is_protected = below == VOLUME_XN;
    store = is_protected ? &xn.store : &raw.store;
    const char *why = below == VOLUME_PXN ? begin_behind() : NULL;
    if (why)
        return why;
    if (below != VOLUME_PXN)
        files_must(!exo_raw_disk_open(disk, 0, 0, (uint32_t)exposed_disk(0)->blocks, 0, 0, 0));
    files_must(!(is_protected ? format_protected(design) : raw_store_format(&disk->raw, page)));
    files_must(!store_open());
    return NULL;
}

#endif
