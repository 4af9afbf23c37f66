/* SPDX-License-Identifier: MIT */
/* memory_disk.c -- see memory_disk.h. */
#include "exo/libos/disk/memory_disk.h"
#include "lib/error.h"
#include "lib/string.h"

static long transfer(struct raw_disk *disk, bool write, uint32_t block, uint32_t count,
                     unsigned char *const *page) {
    struct memory_disk *m = (struct memory_disk *)disk;
    if (++m->requests == m->fails || block > disk->blocks || count > disk->blocks - block)
        return -E_DAMAGED;
    for (uint32_t i = 0; i < count; i++) {
        unsigned char *at = m->bytes + (size_t)(block + i) * STORE_BLOCK;
        if (!write) {
            memcpy(page[i], at, STORE_BLOCK);
            continue;
        }
        memcpy(at, page[i], STORE_BLOCK);
        if (m->seen)
            m->seen(m->owner, block + i, page[i]);
    }
    return 0;
}

static long flush(struct raw_disk *disk) {
    struct memory_disk *m = (struct memory_disk *)disk;
    if (++m->requests == m->fails)
        return -E_DAMAGED;
    if (m->seen)
        m->seen(m->owner, 0, NULL);
    return 0;
}

static uint64_t now(struct raw_disk *disk) {
    struct memory_disk *m = (struct memory_disk *)disk;
    return m->clock += 1000;
}

void memory_disk_begin(struct memory_disk *disk, unsigned char *bytes, uint32_t blocks) {
    *disk = (struct memory_disk){
        .disk = {.blocks = blocks,
                 .atom = STORE_SECTOR,
                 .transfer = transfer,
                 .flush = flush,
                 .now = now},
        .bytes = bytes,
    };
}
