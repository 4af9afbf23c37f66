/* SPDX-License-Identifier: MIT */
/* raw_write.c -- a raw store's requests to its disk, and what of its blocks is written. */
#include "exo/libos/disk/raw_own.h"

#include "exo/libos/disk/raw_order.h"
#include "lib/error.h"
#include "lib/string.h"

long raw_transfer(struct raw_store *r, bool write, uint32_t block, uint32_t count,
                  unsigned char *const *page) {
    struct store_counts *c = &r->store.counts;
    c->requests++;
    c->sectors += (uint64_t)count * (STORE_BLOCK / STORE_SECTOR);
    if (write)
        c->writes++;
    else
        c->reads++;
    return r->disk->transfer(r->disk, write, block, count, page);
}

long raw_flush(struct raw_store *r) {
    r->store.counts.requests++;
    r->store.counts.flushes++;
    return r->disk->flush(r->disk);
}

/* The disk is told that the map is not right, before anything else of the volume is written. */
long raw_mark(struct raw_store *r) {
    if (r->marked)
        return 0;
    if (r->read_only)
        return -E_READ_ONLY;
    r->super->clean = 0;
    unsigned char *page = (unsigned char *)r->super;
    long error = raw_transfer(r, true, 0, 1, &page);
    if (error == 0)
        error = raw_flush(r);
    r->marked = error == 0;
    return error;
}

/* --- To the disk --- */

long raw_op_writeback(struct store *s, uint32_t *blocks, uint32_t count, bool single) {
    struct raw_store *r = (struct raw_store *)s;
    long left = 0, error = 0;
    store_sort(blocks, count);
    for (uint32_t i = 0; i < count && error == 0;) {
        unsigned char *page[RAW_RUN];
        uint32_t run = 0, first = blocks[i];
        while (i + run < count && run < (single ? 1 : RAW_RUN) && blocks[i + run] == first + run &&
               raw_is_dirty(r, first + run) && raw_may_write(r, first + run)) {
            page[run] = r->block[first + run].page;
            run++;
        }
        if (run == 0) {
            left += first < s->blocks && raw_is_dirty(r, first);
            i++;
            continue;
        }
        error = raw_mark(r);
        if (error == 0)
            error = raw_transfer(r, true, first, run, page);
        for (uint32_t k = 0; k < run && error == 0; k++)
            raw_wrote(r, first + k);
        i += run;
    }
    return error < 0 ? error : left;
}

long raw_op_flush(struct store *s) {
    struct raw_store *r = (struct raw_store *)s;
    long error = raw_flush(r);
    if (error == 0)
        raw_flushed(r);
    return error;
}

bool raw_op_is_dirty(struct store *s, uint32_t block) {
    return raw_is_dirty((const struct raw_store *)s, block);
}

uint32_t raw_op_dirty(struct store *s, uint32_t from, uint32_t *blocks, uint32_t count) {
    const struct raw_store *r = (const struct raw_store *)s;
    uint32_t n = 0;
    for (uint32_t b = from; b < s->blocks && n < count; b++) {
        uint64_t word = r->dirty[b / 64] >> b % 64;
        if (word == 0)
            b |= 63;
        else if (word & 1)
            blocks[n++] = b;
    }
    return n;
}

uint64_t raw_op_now(struct store *s) {
    const struct raw_store *r = (const struct raw_store *)s;
    return r->disk->now(r->disk);
}
