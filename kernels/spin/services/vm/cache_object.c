/* SPDX-License-Identifier: MIT */
/* cache_object.c -- see cache_object.h. Which frame has a page is found in linear time: there are
 * at most 64. */
#include "spin/services/vm/cache_object.h"

#include "lib/error.h"
#include "machine/report/panic.h"
#include "spin/core/dispatch/binding/defence.h"
#include "spin/core/space/reclaim.h"
#include "spin/services/loader/loader.h"
#include "spin/services/vm/charge.h"

MODULE("Cache");

#define VICTIM_BOUND 1500 /* instructions: interrupts are off meanwhile */

/* First in, first out, with a second chance: the hand goes round. */
EVENT(cache_choose_victim, "Cache.ChooseVictim", unsigned, (const struct cache_view *cache)) {
    struct cache_object *c = container_of((struct cache_view *)cache, struct cache_object, view);
    for (;;) {
        unsigned frame = c->hand;
        uint64_t bit = 1ul << frame;
        c->hand = (frame + 1) % c->frames;
        if (cache->evictable & ~c->used & bit)
            return frame;
        c->used &= ~(cache->evictable & bit);
    }
}

bool cache_note_use(struct cache_object *c, unsigned frame) {
    if (!(c->view.evictable >> frame & 1) || !phys_addr_take_use(c->frame[frame].page, PHYS_OWNER))
        return false;
    c->used |= 1ul << frame;
    c->view.used[frame] = ++c->clock;
    return true;
}

/* What the policy answers, or the default. */
static unsigned choose(struct cache_object *c) {
    unsigned frame = cache_choose_victim(&c->view);
    if (DEFENDED(FILE_VICTIM) && (frame >= CACHE_FRAMES_MAX || !(c->view.evictable >> frame & 1))) {
        c->misruled++;
        frame = cache_choose_victim_intrinsic(&c->view);
    }
    return frame;
}

int cache_victim(struct cache_object *c, uint64_t among) {
    uint64_t evictable = c->view.evictable;
    c->view.evictable &= among;
    int frame = c->view.evictable ? (int)choose(c) : -1;
    c->view.evictable = evictable;
    return frame;
}

uint64_t cache_active(const struct cache_object *c) {
    uint64_t active = 0;
    for (unsigned i = 0; i < c->frames; i++)
        if (c->frame[i].page && c->frame[i].page->state == PHYS_ACTIVE)
            active |= 1ul << i;
    return active;
}

unsigned cache_pages(const struct cache_object *c) {
    unsigned pages = 0;
    for (unsigned i = 0; i < c->frames; i++)
        pages += c->frame[i].page != NULL;
    return pages;
}

bool cache_is_busy(const struct cache_object *c) {
    for (unsigned i = 0; i < c->frames; i++)
        if (c->frame[i].busy)
            return true;
    return false;
}

/* --- Which page is where --- */

int cache_find(const struct cache_object *c, const void *object, size_t index) {
    for (unsigned i = 0; i < c->frames; i++)
        if (c->frame[i].object == object && (!object || c->frame[i].index == index))
            return (int)i;
    return -1;
}

int cache_lookup(struct cache_object *c, const void *object, size_t index) {
    int frame = cache_find(c, object, index);
    if (frame < 0)
        return frame;
    c->used |= 1ul << frame;
    c->view.used[frame] = ++c->clock;
    return frame;
}

int cache_update(struct cache_object *c, const void *object, size_t index) {
    int frame = cache_find(c, NULL, 0);
    if (frame < 0)
        return frame;
    c->frame[frame] = (struct cache_frame){.object = object, .index = index, .busy = true};
    c->view.loaded[frame] = c->view.used[frame] = ++c->clock;
    return frame;
}

void cache_invalidate(struct cache_object *c, unsigned frame) {
    c->frame[frame] = (struct cache_frame){0};
    c->used &= ~(1ul << frame);
    c->view.dirty &= ~(1ul << frame);
    cache_note(c, frame);
}

void cache_note(struct cache_object *c, unsigned frame) {
    const struct cache_frame *f = &c->frame[frame];
    uint64_t bit = 1ul << frame;
    bool may_go = f->page && !f->holds && !f->busy;
    c->view.evictable = may_go ? c->view.evictable | bit : c->view.evictable & ~bit;
}

/* --- Caches --- */

int cache_object_create(struct module *by, unsigned frames, const struct module *policy,
                        struct cache_object **cache) {
    if (!frames || frames > CACHE_FRAMES_MAX)
        return -E_INVALID;
    struct cache_object *new;
    int error = charged_alloc(by, sizeof *new, (void **)&new);
    if (error)
        return error;
    new->by = by;
    new->policy = policy ? extension_serial(policy) : 0;
    new->frames = frames;
    list_init(&new->waiting);
    *cache = new;
    return 0;
}

void cache_object_destroy(struct cache_object *c) {
    for (unsigned i = 0; i < c->frames; i++)
        assert_that(!c->frame[i].object);
    charged_free(c->by, c, sizeof *c);
}

/* The guard that is imposed on policies. */
static bool is_of_policy(void *number, const struct cache_view *view) {
    return container_of(view, struct cache_object, view)->policy == (uintptr_t)number;
}

void cache_object_init(void) {
    own_events_open(THIS_MODULE,
                    (struct procedure)EVENT_GUARD_WITH(cache_choose_victim, is_of_policy, NULL),
                    VICTIM_BOUND);
}
