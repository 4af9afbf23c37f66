/* SPDX-License-Identifier: MIT */
/* cache_store.c -- see cache_store.h: operations that bring blocks into core make room before. */
#include "exo/libos/cache/cache_store.h"

#include "lib/error.h"

/* Blocks that are read ahead at once, or written with one that must leave; and how many may refuse
 * to leave before all that is dirty is written. */
enum { NEAR = CACHE_LEAST, STUBBORN = 8 };

static struct cache_store *of(struct store *s) {
    return s->cache;
}

/* The block leaves core; what is dirty is written first, with what is dirty beside it. */
static long drop(struct cache_store *c, uint32_t block) {
    uint32_t blocks[NEAR];
    long error = c->under->drop(c->store, block);
    if (error != -E_BUSY)
        return error;
    uint32_t count = c->under->dirty(c->store, block / NEAR * NEAR, blocks, NEAR);
    long left = count ? c->under->writeback(c->store, blocks, count, false) : 0;
    return left < 0 ? left : c->under->drop(c->store, block);
}

/* There is room for so many more. -E_FULL: nothing may leave; or the disk's error. */
static long make_room(struct cache_store *c, uint32_t count) {
    unsigned stayed = 0;
    while (block_cache_count(&c->cache) + count > c->cache.limit) {
        uint32_t block = block_cache_victim(&c->cache);
        if (!block)
            return -E_FULL;
        long error = drop(c, block);
        if (!error) {
            block_cache_leave(&c->cache, block);
            continue;
        }
        if (error != -E_BUSY)
            return error;
        block_cache_stay(&c->cache, block);
        if (++stayed == STUBBORN && (error = store_sync(c->store, false)) < 0)
            return error;
    }
    return 0;
}

static long op_get(struct store *s, const struct store_child *child, uint32_t index,
                   enum store_use use, unsigned char **bytes) {
    struct cache_store *c = of(s);
    uint32_t block = child->at.block + index;
    if (child->at.type != XN_BYTES) {
        block_cache_forget(&c->cache, block); /* it was read ahead, and nobody knew */
        return c->under->get(s, child, index, use, bytes);
    }
    if (block_cache_use(&c->cache, block))
        return c->under->get(s, child, index, use, bytes);
    long error = make_room(c, 1);
    if (!error)
        error = c->under->get(s, child, index, use, bytes);
    if (!error)
        block_cache_add(&c->cache, block);
    return error;
}

static const unsigned char *op_peek(struct store *s, uint32_t block) {
    const unsigned char *bytes = of(s)->under->peek(s, block);
    if (bytes != NULL)
        (void)block_cache_use(&of(s)->cache, block);
    return bytes;
}

/* Of what is read ahead nobody knows yet whether it is data: it counts. What has no room is left
 * out. */
static void op_fetch(struct store *s, uint32_t block, uint32_t count) {
    struct cache_store *c = of(s);
    for (uint32_t end = block + count; block < end; block++) {
        uint32_t run = 0;
        while (run < NEAR && block + run < end && !c->under->cached(s, block + run))
            run++;
        if (!run)
            continue;
        if (make_room(c, run))
            return;
        c->under->fetch(s, block, run);
        for (; run; run--, block++)
            if (c->under->cached(s, block) && !block_cache_use(&c->cache, block))
                block_cache_add(&c->cache, block);
        block--;
    }
}

static long op_free(struct store *s, struct store_at at, struct xn_extent child) {
    long error = of(s)->under->free(s, at, child);
    for (uint32_t i = 0; i < child.count && !error; i++)
        block_cache_forget(&of(s)->cache, child.block + i);
    return error;
}

/* These take the others' places: their pages have moved. */
static long op_rebind(struct store *s, const struct store_child *from,
                      const struct store_child *to) {
    struct cache_store *c = of(s);
    const long done = c->under->rebind(s, from, to);
    for (uint32_t i = 0; (long)i < done; i++) {
        block_cache_forget(&c->cache, from->at.block + i);
        block_cache_forget(&c->cache, to->at.block + i);
        if (!make_room(c, 1))
            block_cache_add(&c->cache, to->at.block + i);
    }
    return done;
}

long cache_store_begin(struct cache_store *c, struct store *s, uint32_t limit,
                       const struct block_cache_policy *policy, void *own, void *memory) {
    if (s->cache)
        return -E_EXISTS;
    if (limit < CACHE_LEAST)
        return -E_INVALID;
    block_cache_begin(&c->cache, limit, policy, own, memory);
    c->store = s;
    c->under = s->ops;
    c->ops = *s->ops;
    c->ops.get = op_get;
    c->ops.peek = op_peek;
    c->ops.fetch = op_fetch;
    c->ops.free = op_free;
    c->ops.rebind = op_rebind;
    s->cache = c;
    s->ops = &c->ops;
    /* An empty cache: what is in core leaves, but for what is held. */
    for (uint32_t block = s->first; block < s->blocks; block++)
        if (c->under->cached(s, block))
            (void)drop(c, block);
    return 0;
}

void cache_store_end(struct cache_store *c) {
    c->store->ops = c->under;
    c->store->cache = NULL;
}
