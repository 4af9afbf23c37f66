/* SPDX-License-Identifier: MIT */
/* block_cache.h -- blocks and pages of files in memory, found by whose they are and which: groups
 * of CACHE_FRAMES_MAX frames, each a cache object, so that Cache.ChooseVictim's policies choose
 * here, too. What was changed is never chosen: it is written first (volume_write.c). A change here
 * is made by who has the volume's mutex; others may look, with interrupts off. */
#ifndef SPIN_SERVICES_BLOCK_CACHE_H
#define SPIN_SERVICES_BLOCK_CACHE_H

#include "spin/services/vm/cache_object.h"

#define CACHE_GROUPS_MAX 64
#define PAGE_BLOCKS_MAX  4 /* of 1,024 bytes */

struct cached_page {
    struct cached_page *next; /* of its bucket */
    struct list dirty;        /* of its volume's changed ones; alone: it is as on the disk */
    struct cache_object *in;
    struct phys_addr *page;          /* stays when its contents go */
    uint32_t block[PAGE_BLOCKS_MAX]; /* where it is on the volume; 0: nowhere */
    uint32_t epoch;                  /* changed ones of a lower one are written before it... */
    bool needed;                     /* ...and some of a higher one wait for this one */
    uint8_t frame;
};

struct block_cache {
    struct module *by;
    unsigned groups;
    unsigned buckets; /* a power of two, as many as pages or more */
    struct cached_page **bucket;
    struct cached_page *page;
    struct cache_object *group[CACHE_GROUPS_MAX];
};

/* An empty one for so many pages, a multiple of CACHE_FRAMES_MAX, for which `by` pays; its policy
 * is the extension that has this module, or none. 0; -E_INVALID: too many, or none; -E_QUOTA;
 * -E_NO_MEMORY. */
int block_cache_create(struct module *by, unsigned pages, const struct module *policy,
                       struct block_cache **cache);
/* Nobody holds a page of it, none is dirty. */
void block_cache_destroy(struct block_cache *c);

/* The page, or null; it counts as used. One that is being filled is found by who fills it alone. */
struct cached_page *block_cache_find(struct block_cache *c, const void *of, uint64_t index);
/* A page for it that is not there yet: held, and not found by others until block_cache_filled.
 * -E_FULL: all that might go is held or changed; -E_QUOTA; -E_NO_MEMORY. */
int block_cache_take(struct block_cache *c, const void *of, uint64_t index,
                     struct cached_page **page);
void block_cache_filled(struct cached_page *p);
/* Its contents are nobody's; it is held by the caller alone, or by nobody. */
void block_cache_drop(struct block_cache *c, struct cached_page *p);
/* The same for all of one owner from this index on. */
void block_cache_drop_all(struct block_cache *c, const void *of, uint64_t from);
/* It belongs to this list of changed pages; null: it is as on the disk. */
void block_cache_set_dirty(struct cached_page *p, struct list *dirty);

static inline struct cache_frame *block_cache_frame(const struct cached_page *p) {
    return &p->in->frame[p->frame];
}
static inline void *block_cache_bytes(const struct cached_page *p) {
    return direct(p->page->first);
}

/* It is not chosen while it is held; holds nest. By who has the volume's mutex. */
static inline void block_cache_hold(struct cached_page *p) {
    struct cache_object *in = p->in;
    const unsigned frame = p->frame;
    in->frame[frame].holds++;
    in->view.evictable &= ~(1ul << frame);
}
static inline void block_cache_release(struct cached_page *p) {
    struct cache_object *in = p->in;
    const unsigned frame = p->frame;
    if (!--in->frame[frame].holds && !in->frame[frame].busy)
        in->view.evictable |= 1ul << frame;
}

/* The page whose bytes are there. */
struct cached_page *block_cache_page(const void *bytes);

/* Have too many of a group been changed for what a call may need besides? */
bool block_cache_is_pressed(const struct block_cache *c);

/* What became of look-ups in all groups. */
struct cache_counts {
    uint64_t hits, misses, misruled; /* misruled: answers of its policy that were replaced */
};
struct cache_counts block_cache_counts(const struct block_cache *c);

#endif
