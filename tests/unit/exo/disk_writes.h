/* SPDX-License-Identifier: MIT */
/* disk_writes.h -- what was written to a disk, in its order, and what a crash then leaves of it:
 * each beginning, whose part that no flush has covered is there in part, sector by sector. */
#ifndef TESTS_UNIT_DISK_WRITES_H
#define TESTS_UNIT_DISK_WRITES_H

#include "random.h"
#include "unit.h"

#include "exo/libos/disk/store.h"

#include <stdlib.h>
#include <string.h>

enum { WRITES = 6000 };

struct disk_writes {
    unsigned count;
    uint32_t block[WRITES];
    unsigned char *page[WRITES]; /* null: a flush */
};

/* For who tells of each write and, without a page, of each flush. */
static inline void disk_writes_note(void *owner, uint32_t block, const unsigned char *page) {
    struct disk_writes *w = owner;
    assert_true(w->count < WRITES);
    w->block[w->count] = block;
    w->page[w->count] = page ? malloc(STORE_BLOCK) : NULL;
    if (page)
        memcpy(w->page[w->count], page, STORE_BLOCK);
    w->count++;
}

static inline void disk_writes_forget(struct disk_writes *w) {
    for (unsigned i = 0; i < w->count; i++)
        free(w->page[i]);
    w->count = 0;
}

/* The disk, which had the bytes of `base`, after the first `count`: of what came after their last
 * flush all but one in `but_one_in` sectors are there. */
static inline void disk_writes_torn(const struct disk_writes *w, unsigned count,
                                    unsigned but_one_in, unsigned char *disk,
                                    const unsigned char *base, size_t bytes) {
    unsigned flushed = 0;
    memcpy(disk, base, bytes);
    for (unsigned i = 0; i < count; i++)
        if (!w->page[i])
            flushed = i;
    for (unsigned i = 0; i < count; i++)
        for (size_t at = 0; w->page[i] && at < STORE_BLOCK; at += STORE_SECTOR)
            if (i < flushed || below(but_one_in))
                memcpy(disk + (size_t)w->block[i] * STORE_BLOCK + at, w->page[i] + at,
                       STORE_SECTOR);
}

#endif
