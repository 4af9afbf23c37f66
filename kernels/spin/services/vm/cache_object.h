/* SPDX-License-Identifier: MIT */
/* cache_object.h -- the page frames of memory objects (SPIN's CacheObject): a bounded number of
 * them, each with a page of an object, or of a file (files/block_cache.h). When a page is wanted
 * and no frame is free, Cache.ChooseVictim says which page goes: its intrinsic handler, or a policy
 * that somebody brings for a cache of his own. A policy decides nothing else: an answer that is no
 * page that may go is counted and replaced. */
#ifndef SPIN_SERVICES_CACHE_OBJECT_H
#define SPIN_SERVICES_CACHE_OBJECT_H

#include "spin/core/event.h"

#define CACHE_FRAMES_MAX 64

/* What a policy sees of a cache. Times are counted in look-ups; a page that was touched where it is
 * mapped counts as used when this is asked next. */
struct cache_view {
    unsigned long evictable;                /* a bit for each frame whose page may go; not 0 */
    unsigned long dirty;                    /* a bit for each whose page was written */
    unsigned long loaded[CACHE_FRAMES_MAX]; /* when its page came */
    unsigned long used[CACHE_FRAMES_MAX];   /* when it was used last */
};

/* Of which frame shall the page go? Interrupts are off. */
EVENT_DECLARE(cache_choose_victim, unsigned, (const struct cache_view *cache));

#ifndef __BPF__
#include "spin/core/space/phys_addr.h"

struct cache_frame {
    const void *object; /* whose page it is; null: free */
    size_t index;
    struct phys_addr *page;
    unsigned holds; /* who works with the page */
    bool busy;      /* the pager has it: it comes, or goes */
};

struct cache_object {
    struct cache_view view; /* first: its address is the cache's */
    struct module *by;      /* who pays */
    uint64_t policy;        /* the extension's number; 0: none */
    uint64_t clock, used;   /* of uses; a bit for each frame, for the second chance */
    uint64_t hits, page_ins, page_outs, misruled;
    unsigned frames, hand;
    struct list waiting; /* for a frame that is busy */
    struct cache_frame frame[CACHE_FRAMES_MAX];
};

/* Before all else here. */
void cache_object_init(void);

/* An empty one of so many frames; what a process executes or accesses needs 8, or an instruction
 * might never find all its pages. `by` pays for it and for what is in it. Its policy is the
 * extension that has this module; null: none. 0; -E_INVALID: no frames, or more than
 * CACHE_FRAMES_MAX; -E_QUOTA; -E_NO_MEMORY. */
int cache_object_create(struct module *by, unsigned frames, const struct module *policy,
                        struct cache_object **cache);
/* No memory object has it any more. */
void cache_object_destroy(struct cache_object *cache);

/* For memory_object.c, interrupts off. The frame that has this page, or -1; with a look-up it
 * counts as used. */
int cache_find(const struct cache_object *cache, const void *object, size_t index);
int cache_lookup(struct cache_object *cache, const void *object, size_t index);
/* A free frame is this page's from now on, and busy; or -1: none is free. */
int cache_update(struct cache_object *cache, const void *object, size_t index);
/* The frame is free. */
void cache_invalidate(struct cache_object *cache, unsigned frame);
/* Whether the frame's page was used where it is mapped: asked before a victim is chosen. */
bool cache_note_use(struct cache_object *cache, unsigned frame);
/* A frame among these, a bit for each, whose page may go, or -1: there is none. */
int cache_victim(struct cache_object *cache, uint64_t among);
/* The frames whose pages may be taken when memory is short, a bit for each. */
uint64_t cache_active(const struct cache_object *cache);
/* How many frames have a page. */
unsigned cache_pages(const struct cache_object *cache);
/* Does a pager have the page of any frame? */
bool cache_is_busy(const struct cache_object *cache);
/* After any change of a frame's holds or busy. */
void cache_note(struct cache_object *cache, unsigned frame);
#endif

#endif
