/* SPDX-License-Identifier: MIT */
/* raw_store.c -- see raw_store.h: the volume: its first blocks, its cache, and requests to the
 * disk. */
#include "exo/libos/disk/raw_store.h"
#include "exo/libos/disk/raw_order.h"
#include "lib/error.h"
#include "lib/string.h"

#define RAW_MAGIC 0x4f574152u /* "RAWO" */

static uint32_t map_blocks(uint32_t blocks) {
    return (blocks + 8 * STORE_BLOCK - 1) / (8 * STORE_BLOCK);
}

static size_t words(uint32_t blocks) {
    return (size_t)map_blocks(blocks) * STORE_BLOCK;
}

size_t raw_store_bytes(uint32_t blocks, uint32_t pages) {
    return (size_t)pages * (STORE_BLOCK + sizeof(char *) + sizeof(uint32_t)) + STORE_BLOCK +
           2 * words(blocks) + (size_t)blocks * (sizeof(struct raw_block) + sizeof(uint32_t)) +
           RAW_RECORDS * sizeof(struct raw_record) + 64;
}

long raw_store_format(struct raw_disk *disk, unsigned char *page) {
    uint32_t maps = map_blocks(disk->blocks);
    if (disk->blocks < 8 + maps)
        return -E_INVALID;
    for (uint32_t m = 0; m <= maps; m++) {
        uint32_t n = maps - m; /* the superblock is the last */
        memset(page, 0, STORE_BLOCK);
        if (n == 1)
            for (uint32_t b = 0; b <= maps; b++)
                page[b / 8] |= (unsigned char)(1u << b % 8);
        if (n == 0) {
            struct raw_super *super = (struct raw_super *)page;
            super->magic = RAW_MAGIC;
            super->blocks = disk->blocks;
            super->clean = 1;
        }
        long error = disk->transfer(disk, true, n, 1, &page);
        if (error < 0)
            return error;
    }
    return disk->flush(disk);
}

/* --- Requests --- */

static long transfer(struct raw_store *r, bool write, uint32_t block, uint32_t count,
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

static long flush_disk(struct raw_store *r) {
    r->store.counts.requests++;
    r->store.counts.flushes++;
    return r->disk->flush(r->disk);
}

/* The disk is told that the map is not right, before anything else of the volume is written. */
static long mark(struct raw_store *r) {
    if (r->marked)
        return 0;
    if (r->read_only)
        return -E_READ_ONLY;
    r->super->clean = 0;
    unsigned char *page = (unsigned char *)r->super;
    long error = transfer(r, true, 0, 1, &page);
    if (error == 0)
        error = flush_disk(r);
    r->marked = error == 0;
    return error;
}

/* --- The cache --- */

/* The block's page holds nothing any more. */
static void forget(struct raw_store *r, uint32_t block) {
    struct raw_block *b = &r->block[block];
    if (b->page == NULL)
        return;
    store_unshow(&r->store, block);
    uint32_t last = r->cached[--r->cached_count];
    r->cached[b->place] = last;
    r->block[last].place = b->place;
    if (r->hand >= r->cached_count)
        r->hand = 0;
    r->spare[r->spares++] = b->page;
    b->page = NULL;
    b->used = 0;
}

/* A page for a block, from a clean one that nobody holds, if need be. */
static unsigned char *page_from_clean(struct raw_store *r, uint32_t block) {
    if (r->spares == 0) {
        uint32_t tries = 2 * r->cached_count;
        for (; tries > 0; tries--) {
            r->hand = r->hand + 1 < r->cached_count ? r->hand + 1 : 0;
            uint32_t b = r->cached[r->hand];
            struct raw_block *old = &r->block[b];
            if (old->used) {
                old->used = 0;
                continue;
            }
            if (old->holds || raw_is_dirty(r, b))
                continue;
            forget(r, b);
            break;
        }
    }
    if (r->spares == 0)
        return NULL;
    r->block[block].place = r->cached_count;
    r->cached[r->cached_count++] = block;
    r->block[block].used = 1;
    return r->block[block].page = r->spare[--r->spares];
}

/* The same, and if all are dirty they are written first. */
static unsigned char *page_for(struct raw_store *r, uint32_t block) {
    unsigned char *page = page_from_clean(r, block);
    if (page == NULL && store_sync(&r->store, false) == 0)
        page = page_from_clean(r, block);
    return page;
}

static long read_in(struct raw_store *r, uint32_t block, uint32_t count) {
    unsigned char *page[RAW_RUN];
    long error = 0;
    uint32_t have = 0;
    while (have < count && error == 0) {
        page[have] = page_for(r, block + have);
        if (page[have] == NULL)
            error = -E_FULL;
        else
            r->block[block + have++].holds++; /* so that the next one does not take it */
    }
    if (error == 0)
        error = transfer(r, false, block, count, page);
    for (uint32_t i = 0; i < have; i++) {
        r->block[block + i].holds--;
        if (error < 0)
            forget(r, block + i);
    }
    return error;
}

static long op_get(struct store *s, const struct store_child *child, uint32_t index,
                   enum store_use use, unsigned char **bytes) {
    struct raw_store *r = (struct raw_store *)s;
    uint32_t block = child->at.block + index;
    if (index >= child->at.count || block >= s->blocks || block < s->first)
        return -E_INVALID;
    struct raw_block *b = &r->block[block];
    if (b->page != NULL) {
        s->counts.found++;
    } else {
        s->counts.missed++;
        if (use == STORE_NEW) {
            if (page_for(r, block) == NULL)
                return -E_FULL;
        } else {
            long error = read_in(r, block, 1);
            if (error < 0)
                return error;
        }
    }
    b->used = 1;
    b->type = child->at.type;
    if (b->parent == 0 && child->parent != 0)
        raw_found(r, block, child->parent, child->partition);
    if (!b->owned) /* it was on the disk before this volume was opened */
        b->owned = b->initialised = 1;
    if (use == STORE_NEW)
        memset(b->page, 0, STORE_BLOCK);
    if (use != STORE_READ)
        raw_changed(r, block);
    b->holds++;
    *bytes = b->page;
    return 0;
}

static void op_put(struct store *s, uint32_t block) {
    struct raw_store *r = (struct raw_store *)s;
    r->block[block].holds--;
}

static const unsigned char *op_peek(struct store *s, uint32_t block) {
    struct raw_store *r = (struct raw_store *)s;
    if (block >= s->blocks || r->block[block].page == NULL || !r->block[block].known)
        return NULL;
    r->block[block].used = 1;
    return r->block[block].page;
}

static void op_fetch(struct store *s, uint32_t block, uint32_t count) {
    struct raw_store *r = (struct raw_store *)s;
    for (uint32_t i = 0; i < count && block + i < s->blocks;) {
        uint32_t run = 0;
        while (i + run < count && run < RAW_RUN && block + i + run < s->blocks &&
               r->block[block + i + run].page == NULL)
            run++;
        if (run > 0)
            (void)read_in(r, block + i, run); /* who gets them is told what is wrong */
        i += run > 0 ? run : 1;
    }
}

static bool op_cached(struct store *s, uint32_t block) {
    const struct raw_store *r = (const struct raw_store *)s;
    return block < s->blocks && r->block[block].page != NULL;
}

static long op_drop(struct store *s, uint32_t block) {
    struct raw_store *r = (struct raw_store *)s;
    if (block >= s->blocks)
        return -E_INVALID;
    if (r->block[block].holds || raw_is_dirty(r, block))
        return -E_BUSY;
    forget(r, block);
    return 0;
}

static uint32_t op_parent(struct store *s, uint32_t block) {
    const struct raw_store *r = (const struct raw_store *)s;
    return block < s->blocks ? r->block[block].parent : 0;
}

/* --- To the disk --- */

static long op_writeback(struct store *s, uint32_t *blocks, uint32_t count, bool single) {
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
        error = mark(r);
        if (error == 0)
            error = transfer(r, true, first, run, page);
        for (uint32_t k = 0; k < run && error == 0; k++)
            raw_wrote(r, first + k);
        i += run;
    }
    return error < 0 ? error : left;
}

static long op_flush(struct store *s) {
    struct raw_store *r = (struct raw_store *)s;
    long error = flush_disk(r);
    if (error == 0)
        raw_flushed(r);
    return error;
}

static bool op_is_dirty(struct store *s, uint32_t block) {
    return raw_is_dirty((const struct raw_store *)s, block);
}

static uint32_t op_dirty(struct store *s, uint32_t from, uint32_t *blocks, uint32_t count) {
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

static uint64_t op_now(struct store *s) {
    const struct raw_store *r = (const struct raw_store *)s;
    return r->disk->now(r->disk);
}

/* --- Changes --- */

static long changes(struct raw_store *r, const struct store_at *at) {
    if (r->read_only)
        return -E_READ_ONLY;
    if (at->block < r->store.first || at->block >= r->store.blocks ||
        r->block[at->block].page == NULL)
        return -E_INVALID;
    uint32_t bytes = 0;
    for (uint32_t i = 0; i < at->changes->count; i++) {
        uint32_t from = at->changes->change[i].at, length = at->changes->change[i].bytes;
        bytes += length;
        if (i >= XN_CHANGES_MAX || bytes > XN_CHANGED_MAX || from + length > STORE_BLOCK)
            return -E_INVALID;
    }
    return 0;
}

/* What is named may have come from a disk: any numbers. */
static bool is_within(const struct store *s, struct xn_extent child) {
    return child.block >= s->first && child.block < s->blocks && child.count > 0 &&
           child.count <= s->blocks - child.block;
}

static void apply(struct raw_store *r, const struct store_at *at) {
    const unsigned char *from = at->changes->bytes;
    for (uint32_t i = 0; i < at->changes->count; i++) {
        memcpy(r->block[at->block].page + at->changes->change[i].at, from,
               at->changes->change[i].bytes);
        from += at->changes->change[i].bytes;
    }
    r->store.counts.changes++;
    raw_changed(r, at->block);
}

static void drop(struct raw_store *r, uint32_t block, uint32_t parent) {
    raw_freed(r, block, parent);
    forget(r, block);
}

static long op_alloc(struct store *s, struct store_at at, struct xn_extent child) {
    struct raw_store *r = (struct raw_store *)s;
    long error = changes(r, &at);
    if (error < 0)
        return error;
    if (!is_within(s, child))
        return -E_INVALID;
    for (uint32_t i = 0; i < child.count; i++)
        if (!store_is_free(s, child.block + i))
            return -E_EXISTS;
    if (child.type != XN_BYTES) {
        if (r->block[child.block].page == NULL && page_for(r, child.block) == NULL)
            return -E_FULL;
        memset(r->block[child.block].page, 0, STORE_BLOCK);
    }
    apply(r, &at);
    for (uint32_t i = 0; i < child.count; i++)
        raw_allocated(r, child.block + i, child.type, at.block, at.partition);
    return 0;
}

static long op_free(struct store *s, struct store_at at, struct xn_extent child) {
    struct raw_store *r = (struct raw_store *)s;
    long error = changes(r, &at);
    if (error < 0)
        return error;
    if (!is_within(s, child))
        return -E_INVALID;
    for (uint32_t i = 0; i < child.count; i++)
        if (r->block[child.block + i].holds)
            return -E_BUSY;
    if (r->records + child.count > RAW_RECORDS)
        return -E_FULL;
    error = child.type == XN_BYTES ? 0 : raw_may_free(r, child.block, at.block);
    if (error < 0)
        return error;
    apply(r, &at);
    for (uint32_t i = 0; i < child.count; i++)
        drop(r, child.block + i, at.block);
    return 0;
}

static long op_write(struct store *s, struct store_at at) {
    struct raw_store *r = (struct raw_store *)s;
    long error = changes(r, &at);
    if (error == 0)
        apply(r, &at);
    return error;
}

static long op_move(struct store *s, struct store_at from, struct store_at to,
                    struct xn_extent child) {
    struct raw_store *r = (struct raw_store *)s;
    long error = changes(r, &from);
    if (error == 0)
        error = changes(r, &to);
    if (error == 0 && !is_within(s, child))
        error = -E_INVALID;
    if (error == 0 && r->records + child.count + 1 > RAW_RECORDS)
        error = -E_FULL;
    if (error == 0 && from.block != to.block)
        error = raw_may_move(r, from.block, to.block, child.block);
    if (error < 0)
        return error;
    apply(r, &from);
    apply(r, &to);
    for (uint32_t i = 0; i < child.count; i++)
        raw_moved(r, child.block + i, child.type, from.block, to.block, to.partition);
    return from.block == to.block ? 0 : raw_edge(r, from.block, to.block);
}

static long op_depend(struct store *s, uint32_t later, uint32_t first) {
    struct raw_store *r = (struct raw_store *)s;
    if (later >= s->blocks || first >= s->blocks)
        return -E_INVALID;
    if (r->records + 1 > RAW_RECORDS)
        return -E_FULL;
    return later == first ? 0 : raw_edge(r, later, first);
}

static long rebind(struct raw_store *r, uint32_t a, uint32_t b) {
    struct store *s = &r->store;
    if (a >= s->blocks || b >= s->blocks || a == b || r->block[a].page == NULL)
        return -E_INVALID;
    if (r->block[a].holds || r->block[b].holds || raw_is_dirty(r, a))
        return -E_BUSY;
    if (r->block[b].page == NULL && page_for(r, b) == NULL)
        return -E_FULL;
    unsigned char *page = r->block[b].page;
    store_unshow(s, b);
    r->block[b].page = r->block[a].page;
    r->block[a].page = page;
    forget(r, a);
    r->block[b].type = XN_BYTES;
    raw_changed(r, b);
    return 0;
}

static long op_rebind(struct store *s, const struct store_child *from,
                      const struct store_child *to) {
    long error = from->at.type != XN_BYTES || to->at.type != XN_BYTES ? -E_INVALID : 0;
    uint32_t done = 0;
    while (done < from->at.count && done < to->at.count && error == 0) {
        error = rebind((struct raw_store *)s, from->at.block + done, to->at.block + done);
        done += error == 0;
    }
    return done > 0 ? (long)done : error;
}

static long op_type(struct store *s, const void *body, size_t bytes) {
    (void)s; /* types are the library's own business here */
    (void)body;
    return bytes > 0 ? 0 : -E_INVALID;
}

/* --- Roots --- */

static struct raw_root *root_find(struct raw_store *r, const char name[16]) {
    for (uint32_t i = 0; i < RAW_ROOTS; i++)
        if (r->super->root[i].at.count && !memcmp(r->super->root[i].name, name, 16))
            return &r->super->root[i];
    return NULL;
}

/* The superblock is small and whole, and written at once. */
static long super_write(struct raw_store *r) {
    long error = mark(r);
    unsigned char *page = (unsigned char *)r->super;
    if (error == 0)
        error = transfer(r, true, 0, 1, &page);
    return error < 0 ? error : op_flush(&r->store);
}

static long op_root(struct store *s, const char name[16], struct store_child *child) {
    struct raw_store *r = (struct raw_store *)s;
    const struct raw_root *root = root_find(r, name);
    if (root == NULL)
        return -E_NOT_FOUND;
    if (root->at.block < s->first || root->at.block >= s->blocks || root->at.count != 1)
        return -E_DAMAGED;
    *child = (struct store_child){.at = root->at};
    r->block[root->at.block].known = 1;
    return 0;
}

static long op_root_new(struct store *s, const char name[16], struct xn_extent at, bool temporary) {
    struct raw_store *r = (struct raw_store *)s;
    if (root_find(r, name) || !store_is_free(s, at.block) || at.block < s->first)
        return -E_EXISTS;
    struct raw_root *root = r->super->root;
    while (root < r->super->root + RAW_ROOTS && root->at.count)
        root++;
    if (root == r->super->root + RAW_ROOTS || page_for(r, at.block) == NULL)
        return -E_FULL;
    memset(r->block[at.block].page, 0, STORE_BLOCK);
    raw_allocated(r, at.block, at.type, 0, 0);
    uint32_t block = at.block; /* a root's block is on the disk before its name is */
    long error = op_writeback(s, &block, 1, true);
    if (error == 0)
        error = op_flush(s);
    if (error == 0) {
        *root = (struct raw_root){.at = at, .temporary = temporary};
        memcpy(root->name, name, 16);
        error = super_write(r);
    }
    return error;
}

static long op_root_remove(struct store *s, const char name[16]) {
    struct raw_store *r = (struct raw_store *)s;
    struct raw_root *root = root_find(r, name);
    if (root == NULL)
        return -E_NOT_FOUND;
    uint32_t block = root->at.block;
    if (r->block[block].holds)
        return -E_BUSY;
    memset(root, 0, sizeof *root);
    long error = super_write(r);
    if (error == 0)
        drop(r, block, 0);
    return error;
}

static const struct store_ops raw_ops = STORE_OPS;

/* --- The volume --- */

static void *take(unsigned char **memory, size_t bytes) {
    void *taken = *memory;
    *memory += (bytes + 7) & ~7ul;
    return taken;
}

void raw_store_unclaim(struct raw_store *r) {
    memset(r->map, 0, words(r->store.blocks));
    for (uint32_t b = 0; b < r->store.first; b++)
        r->map[b / 64] |= 1ul << b % 64;
}

long raw_store_claim(struct raw_store *r, uint32_t block, uint32_t count) {
    if (block < r->store.first || block >= r->store.blocks || count > r->store.blocks - block)
        return -E_INVALID;
    for (uint32_t i = 0; i < count; i++)
        if (!store_is_free(&r->store, block + i))
            return -E_EXISTS;
    for (uint32_t i = 0; i < count; i++)
        r->map[(block + i) / 64] |= 1ul << (block + i) % 64;
    return 0;
}

long raw_store_open(struct raw_store *r, struct raw_disk *disk, void *memory, uint32_t pages) {
    unsigned char *at = memory;
    uint32_t blocks = disk->blocks, maps = map_blocks(blocks);
    *r = (struct raw_store){.disk = disk, .maps = maps, .pages = pages};
    r->store = (struct store){.ops = &raw_ops,
                              .blocks = blocks,
                              .atom = disk->atom,
                              .first = 1 + maps,
                              .design = -1,
                              .pointer_bytes = 4};
    r->super = take(&at, STORE_BLOCK);
    unsigned char *cache = take(&at, (size_t)pages * STORE_BLOCK);
    r->map = take(&at, words(blocks));
    r->dirty = take(&at, words(blocks));
    r->block = take(&at, blocks * sizeof *r->block);
    r->record = take(&at, RAW_RECORDS * sizeof *r->record);
    r->spare = take(&at, pages * sizeof *r->spare);
    r->cached = take(&at, pages * sizeof *r->cached);
    r->unflushed = take(&at, blocks * sizeof *r->unflushed);
    r->store.map = r->map;
    for (uint32_t i = 0; i < pages; i++)
        r->spare[r->spares++] = cache + (size_t)i * STORE_BLOCK;
    unsigned char *page = (unsigned char *)r->super;
    long error = blocks < 8 + maps ? -E_DAMAGED : transfer(r, false, 0, 1, &page);
    if (error < 0)
        return error;
    if (r->super->magic != RAW_MAGIC || r->super->blocks > blocks || r->super->blocks < 8 + maps)
        return -E_DAMAGED;
    r->open = true;
    for (uint32_t m = 0; m < maps && error == 0; m++) {
        page = (unsigned char *)r->map + (size_t)m * STORE_BLOCK;
        error = transfer(r, false, 1 + m, 1, &page);
    }
    if (error < 0)
        return error;
    for (uint32_t b = 0; b < r->store.first; b++)
        r->map[b / 64] |= 1ul << b % 64;
    if (r->super->clean)
        return 0;
    raw_store_unclaim(r);
    return 1;
}

long raw_store_close(struct raw_store *r) {
    long error = store_sync(&r->store, false);
    if (error < 0 || !r->marked)
        return error;
    for (uint32_t m = 0; m < r->maps && error == 0; m++) {
        unsigned char *page = (unsigned char *)r->map + (size_t)m * STORE_BLOCK;
        error = transfer(r, true, 1 + m, 1, &page);
    }
    if (error == 0)
        error = flush_disk(r);
    r->super->clean = 1;
    unsigned char *page = (unsigned char *)r->super;
    if (error == 0)
        error = transfer(r, true, 0, 1, &page);
    if (error == 0)
        error = flush_disk(r);
    r->marked = false;
    return error;
}
