/* SPDX-License-Identifier: MIT */
/* block_cache.h -- which block leaves when a cache is full. The kernel's registry says which blocks
 * are in core and never which should be: that is here, and each library, or application, may have
 * its own policy. Numbers of blocks only: nothing here knows a disk or a frame.
 *
 * A policy keeps the cache's slots in queues, each from the oldest to the newest. It is asked for a
 * victim when there is no room; what it names is believed only if it is a block that the cache has
 * and that may leave. */
#ifndef EXO_LIBOS_CACHE_BLOCK_CACHE_H
#define EXO_LIBOS_CACHE_BLOCK_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Slots have numbers from 1 on; 0 is none. So is block 0, which is a superblock. */
enum block_cache_queues {
    CACHE_FREE,   /* nothing */
    CACHE_MAIN,   /* blocks that the cache has */
    CACHE_YOUNG,  /* also, of a policy that keeps two kinds apart */
    CACHE_GHOSTS, /* blocks that it had: numbers without contents */
    CACHE_QUEUES
};

struct block_cache_slot {
    uint32_t block, chain; /* the next in its bucket */
    uint32_t older, newer; /* in its queue */
    uint8_t queue;
    bool stays; /* it could not leave when it was asked to */
};

struct block_cache_queue {
    uint32_t oldest, newest, count;
};

struct block_cache;

/* The first three may be null. `slot` has the block from now on: it is in CACHE_FREE, or of a block
 * that left lately in CACHE_GHOSTS, and the policy puts it into another queue; it was used again;
 * it leaves now: the policy may make it a ghost, else it is free. `victim`: the slot of a block
 * that is to leave. */
struct block_cache_policy {
    void (*came)(struct block_cache *c, uint32_t slot);
    void (*used)(struct block_cache *c, uint32_t slot);
    void (*left)(struct block_cache *c, uint32_t slot);
    uint32_t (*victim)(struct block_cache *c);
};

struct block_cache {
    const struct block_cache_policy *policy;
    void *own;      /* the policy's */
    uint32_t limit; /* blocks that it has room for */
    uint32_t buckets, staying;
    struct block_cache_slot *slot;
    uint32_t *bucket;
    struct block_cache_queue queue[CACHE_QUEUES];
};

/* The least recently used, the most recently used. */
extern const struct block_cache_policy block_cache_lru, block_cache_mru;
/* Withstands scans: 2Q (Johnson and Shasha, VLDB 1994, "full version"), with its authors' sizes: a
 * quarter of the cache for blocks that came once, and as many ghosts as half of it has blocks. */
extern const struct block_cache_policy block_cache_2q;

size_t block_cache_bytes(uint32_t limit);
/* An empty one, of at least 4 blocks, in so many bytes of zeroed memory. */
void block_cache_begin(struct block_cache *c, uint32_t limit,
                       const struct block_cache_policy *policy, void *own, void *memory);

static inline uint32_t block_cache_count(const struct block_cache *c) {
    return c->queue[CACHE_MAIN].count + c->queue[CACHE_YOUNG].count;
}
static inline bool block_cache_is_full(const struct block_cache *c) {
    return block_cache_count(c) >= c->limit;
}

/* The block is used: true if the cache has it. */
bool block_cache_use(struct block_cache *c, uint32_t block);
/* It has one more, which it had not, and there is room. */
void block_cache_add(struct block_cache *c, uint32_t block);
/* The block that should leave; 0: none may. Then one of: */
uint32_t block_cache_victim(struct block_cache *c);
void block_cache_leave(struct block_cache *c, uint32_t block); /* it has left */
void block_cache_stay(struct block_cache *c, uint32_t block);  /* it cannot: another one, then */
/* The block is no more: no ghost of it stays. Nothing, if the cache has neither. */
void block_cache_forget(struct block_cache *c, uint32_t block);

/* --- For policies --- */

/* The block's slot, a ghost's too, or 0. */
uint32_t block_cache_find(const struct block_cache *c, uint32_t block);
/* The slot becomes the newest of that queue. */
void block_cache_move(struct block_cache *c, uint32_t slot, enum block_cache_queues to);
static inline bool block_cache_has(const struct block_cache_slot *s) {
    return s->queue == CACHE_MAIN || s->queue == CACHE_YOUNG;
}
/* The oldest of a queue that may leave, or the newest; 0: none. */
uint32_t block_cache_oldest(const struct block_cache *c, enum block_cache_queues q);
uint32_t block_cache_newest(const struct block_cache *c, enum block_cache_queues q);

#endif
