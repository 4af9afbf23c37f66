/* SPDX-License-Identifier: MIT */
/* volume_blocks.c -- blocks between a volume's disk and memory (volume.h): how they are joined to
 * requests, and in which order changed ones are written.
 *
 * The order is kept by numbers. Each changed page has an epoch; all of one are written together,
 * then the disk is flushed, then those of the next. block_order(first, then) gives `then` a higher
 * epoch than `first` has. A page that must itself come before another one cannot be moved behind;
 * it is written first, as it is. So there are no edges, and no cycles. */
#include "engine/base/sort.h"
#include "lib/error.h"
#include "lib/string.h"
#include "spin/core/dispatch/binding/defence.h"
#include "spin/services/files/volume.h"

#define BATCH 64 /* pages that are sorted at once */

/* A request that grows. */
struct run {
    struct volume *v;
    enum disk_operation operation;
    uint64_t block; /* the first */
    uint32_t blocks;
    unsigned pieces;
    int error;
    struct dma_piece piece[DISK_PIECES_MAX];
};

static void run_end(struct run *r) {
    const uint32_t sectors = r->v->block_bytes / DISK_SECTOR;
    if (r->pieces && !r->error)
        r->error =
            disk_object_request(r->v->disk, r->operation, r->block * sectors, r->piece, r->pieces);
    r->pieces = 0;
}

static void run_add(struct run *r, uint64_t block, paddr_t at) {
    const uint32_t bytes = r->v->block_bytes;
    struct dma_piece *last = &r->piece[r->pieces - 1];
    if (r->pieces && block == r->block + r->blocks && last->at.at + last->bytes == at.at)
        last->bytes += bytes;
    else {
        if (r->pieces == r->v->disk->facts->pieces || block != r->block + r->blocks)
            run_end(r);
        if (!r->pieces) {
            r->block = block;
            r->blocks = 0;
        }
        r->piece[r->pieces++] = (struct dma_piece){at, bytes};
    }
    r->blocks++;
}

int volume_move(struct volume *v, bool write, const uint32_t *block, const paddr_t *at,
                unsigned count) {
    struct run r = {.v = v, .operation = write ? DISK_WRITE : DISK_READ};
    for (unsigned i = 0; i < count; i++)
        if (block[i])
            run_add(&r, block[i], at[i]);
        else if (!write)
            memset(direct(at[i]), 0, v->block_bytes);
    run_end(&r);
    return r.error;
}

int volume_block(struct volume *v, uint64_t number, bool read, struct cached_page **page) {
    struct cached_page *p = block_cache_find(v->cache, v, number);
    int error = 0;
    if (number >= v->blocks)
        return -E_INVALID;
    if (p)
        block_cache_hold(p);
    else {
        error = block_cache_take(v->cache, v, number, &p);
        if (error == -E_FULL && !volume_write(v, UINT32_MAX, false))
            error = block_cache_take(v->cache, v, number, &p);
        if (error)
            return error;
        p->block[0] = (uint32_t)number;
        if (read) {
            struct run r = {.v = v, .operation = DISK_READ};
            run_add(&r, number, p->page->first);
            run_end(&r);
            error = r.error;
        }
        if (error)
            block_cache_drop(v->cache, p);
        else
            block_cache_filled(p);
    }
    if (!error && !read)
        memset(block_cache_bytes(p), 0, v->block_bytes);
    *page = p;
    return error;
}

/* --- What was changed goes to the disk --- */

static struct cached_page *page_of(struct list *node) {
    return container_of(node, struct cached_page, dirty);
}

static bool is_before(const void *pages, uint32_t a, uint32_t b) {
    struct cached_page *const *page = pages;
    return page[a]->block[0] < page[b]->block[0];
}

/* Some of those of this epoch that may be written; how many. */
static uint32_t gather(struct volume *v, uint32_t epoch, struct cached_page *page[BATCH]) {
    uint32_t n = 0;
    list_each(node, &v->dirty) if (page_of(node)->epoch == epoch && n < BATCH) page[n++] =
        page_of(node);
    return n;
}

static int write_batch(struct volume *v, struct cached_page *page[BATCH], uint32_t n) {
    struct run r = {.v = v, .operation = DISK_WRITE};
    uint32_t order[BATCH];
    for (uint32_t i = 0; i < n; i++)
        order[i] = i;
    sort_numbers(order, n, is_before, page);
    for (uint32_t i = 0; i < n; i++) {
        struct cached_page *p = page[order[i]];
        const bool of_volume = block_cache_frame(p)->object == v; /* and may be block 0 */
        for (unsigned b = 0; b < (of_volume ? 1 : v->page_blocks); b++)
            if (p->block[b] || of_volume)
                run_add(&r, p->block[b], paddr_add(p->page->first, b * v->block_bytes));
    }
    run_end(&r);
    for (uint32_t i = 0; i < n && !r.error; i++)
        block_cache_set_dirty(page[i], NULL);
    return r.error;
}

/* The lowest epoch there is; UINT32_MAX: none, or it is held. */
static uint32_t lowest(struct volume *v, bool held) {
    uint32_t epoch = UINT32_MAX, stop = UINT32_MAX;
    list_each(node, &v->dirty) {
        const struct cached_page *p = page_of(node);
        epoch = p->epoch < epoch ? p->epoch : epoch;
        if (!held && block_cache_frame(p)->holds && p->epoch < stop)
            stop = p->epoch;
    }
    return epoch < stop ? epoch : UINT32_MAX;
}

static int write_epochs(struct volume *v, uint32_t to, bool held) {
    struct cached_page *page[BATCH];
    uint32_t epoch, n;
    int error = 0;
    while (!error && (epoch = lowest(v, held)) != UINT32_MAX && epoch <= to) {
        while (!error && (n = gather(v, epoch, page)))
            error = write_batch(v, page, n);
        if (!error)
            error = disk_object_flush(v->disk);
    }
    return error;
}

/* A disk that has failed once is not written any more: what comes behind would be out of order. */
int volume_write(struct volume *v, uint32_t epoch, bool held) {
    int error = v->failed ? -E_IO : write_epochs(v, epoch, held);
    v->failed |= error != 0;
    return error;
}
