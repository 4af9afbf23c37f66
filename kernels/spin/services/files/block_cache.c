/* SPDX-License-Identifier: MIT */
/* block_cache.c -- see block_cache.h. */
#include "spin/services/files/block_cache.h"

#include "lib/error.h"
#include "machine/memory/frame.h"
#include "machine/report/panic.h"
#include "machine/thread/preempt.h"
#include "spin/services/vm/charge.h"

MODULE("BlockCache");

/* Neighbours of one owner fall into neighbouring buckets. */
static struct cached_page **bucket_of(const struct block_cache *c, const void *of, uint64_t index) {
    return &c->bucket[((uintptr_t)of / 64 + index) & (c->buckets - 1)];
}

static struct cached_page *look(const struct block_cache *c, const void *of, uint64_t index) {
    struct cached_page *p = *bucket_of(c, of, index);
    while (p && (block_cache_frame(p)->object != of || block_cache_frame(p)->index != index))
        p = p->next;
    return p;
}

struct cached_page *block_cache_find(struct block_cache *c, const void *of, uint64_t index) {
    struct cached_page *p = look(c, of, index);
    if (!p || block_cache_frame(p)->busy)
        return NULL;
    struct cache_object *in = p->in;
    const unsigned frame = p->frame;
    in->used |= 1ul << frame;
    in->view.used[frame] = ++in->clock;
    in->hits++;
    return p;
}

void block_cache_drop(struct block_cache *c, struct cached_page *p) {
    preempt_disable();
    const struct cache_frame *f = block_cache_frame(p);
    struct cached_page **at = bucket_of(c, f->object, f->index);
    while (*at != p)
        at = &(*at)->next;
    *at = p->next;
    list_remove(&p->dirty);
    cache_invalidate(p->in, p->frame);
    preempt_enable();
}

void block_cache_drop_all(struct block_cache *c, const void *of, uint64_t from) {
    for (unsigned i = 0; i < c->groups * CACHE_FRAMES_MAX; i++) {
        struct cached_page *p = &c->page[i];
        if (block_cache_frame(p)->object == of && block_cache_frame(p)->index >= from)
            block_cache_drop(c, p);
    }
}

/* A frame of the group is this page's: a free one, or that of a victim. Preemption is off. */
static struct cached_page *claim(struct block_cache *c, unsigned group, const void *of,
                                 uint64_t index) {
    struct cache_object *in = c->group[group];
    int frame = cache_update(in, of, index);
    if (frame < 0) {
        int victim = cache_victim(in, ~in->view.dirty);
        if (victim < 0)
            return NULL;
        block_cache_drop(c, &c->page[group * CACHE_FRAMES_MAX + (unsigned)victim]);
        frame = cache_update(in, of, index);
    }
    struct cached_page *p = &c->page[group * CACHE_FRAMES_MAX + (unsigned)frame];
    struct cached_page **bucket = bucket_of(c, of, index);
    *p = (struct cached_page){.next = *bucket, .in = in, .page = p->page, .frame = (uint8_t)frame};
    list_init(&p->dirty);
    block_cache_frame(p)->holds = 1;
    block_cache_frame(p)->page = p->page;
    in->page_ins++;
    return *bucket = p;
}

int block_cache_take(struct block_cache *c, const void *of, uint64_t index,
                     struct cached_page **page) {
    const unsigned group = ((uintptr_t)of / 64 + index) % c->groups;
    preempt_disable();
    struct cached_page *p = claim(c, group, of, index);
    preempt_enable();
    if (!p)
        return -E_FULL;
    int error = p->page ? 0 : charged_page(c->by, THIS_MODULE, &p->page);
    if (error) {
        block_cache_drop(c, p);
        return error;
    }
    block_cache_frame(p)->page = p->page;
    frame_page(p->page->first)->link = (uintptr_t)p;
    *page = p;
    return 0;
}

struct cached_page *block_cache_page(const void *bytes) {
    return (struct cached_page *)frame_page(physical(bytes))->link;
}

void block_cache_filled(struct cached_page *p) {
    block_cache_frame(p)->busy = false;
    cache_note(p->in, p->frame);
}

void block_cache_set_dirty(struct cached_page *p, struct list *dirty) {
    const uint64_t bit = 1ul << p->frame;
    preempt_disable();
    list_remove(&p->dirty);
    if (dirty)
        list_push_back(dirty, &p->dirty);
    else {
        p->epoch = 0;
        p->needed = false;
    }
    p->in->view.dirty = dirty ? p->in->view.dirty | bit : p->in->view.dirty & ~bit;
    preempt_enable();
}

/* Sums of two, four, eight bits and so on, side by side. */
static unsigned ones(uint64_t word) {
    word -= word >> 1 & 0x5555555555555555;
    word = (word & 0x3333333333333333) + (word >> 2 & 0x3333333333333333);
    return (unsigned)(((word + (word >> 4)) & 0x0f0f0f0f0f0f0f0f) * 0x0101010101010101 >> 56);
}

bool block_cache_is_pressed(const struct block_cache *c) {
    for (unsigned i = 0; i < c->groups; i++)
        if (ones(c->group[i]->view.dirty) > CACHE_FRAMES_MAX / 2)
            return true;
    return false;
}

struct cache_counts block_cache_counts(const struct block_cache *c) {
    struct cache_counts sum = {0};
    for (unsigned i = 0; i < c->groups; i++) {
        sum.hits += c->group[i]->hits;
        sum.misses += c->group[i]->page_ins;
        sum.misruled += c->group[i]->misruled;
    }
    return sum;
}

/* --- Caches --- */

void block_cache_destroy(struct block_cache *c) {
    const size_t pages = c->groups * CACHE_FRAMES_MAX;
    for (size_t i = 0; i < pages; i++) {
        if (c->page[i].in && block_cache_frame(&c->page[i])->object)
            block_cache_drop(c, &c->page[i]);
        if (c->page[i].page)
            charged_page_free(c->by, c->page[i].page);
    }
    for (unsigned i = 0; i < c->groups && c->group[i]; i++)
        cache_object_destroy(c->group[i]);
    if (c->page)
        charged_free(c->by, c->page, pages * sizeof *c->page);
    if (c->bucket)
        charged_free(c->by, c->bucket, c->buckets * sizeof(void *));
    charged_free(c->by, c, sizeof *c);
}

static int fill(struct block_cache *c, const struct module *policy) {
    const size_t pages = c->groups * CACHE_FRAMES_MAX;
    int error = charged_alloc(c->by, c->buckets * sizeof(void *), (void **)&c->bucket);
    if (!error)
        error = charged_alloc(c->by, pages * sizeof *c->page, (void **)&c->page);
    for (unsigned i = 0; i < c->groups && !error; i++)
        error = cache_object_create(c->by, CACHE_FRAMES_MAX, policy, &c->group[i]);
    for (size_t i = 0; i < pages && !error; i++)
        c->page[i] = (struct cached_page){.in = c->group[i / CACHE_FRAMES_MAX],
                                          .frame = i % CACHE_FRAMES_MAX};
    return error;
}

int block_cache_create(struct module *by, unsigned pages, const struct module *policy,
                       struct block_cache **cache) {
    struct block_cache *c;
    const unsigned groups = pages / CACHE_FRAMES_MAX;
    if (!groups || groups > CACHE_GROUPS_MAX)
        return -E_INVALID;
    module_add(THIS_MODULE);
    int error = charged_alloc(by, sizeof *c, (void **)&c);
    if (error)
        return error;
    *c = (struct block_cache){.by = by, .groups = groups, .buckets = CACHE_FRAMES_MAX};
    while (c->buckets < groups * CACHE_FRAMES_MAX)
        c->buckets *= 2;
    error = fill(c, policy);
    if (error)
        block_cache_destroy(c);
    else
        *cache = c;
    return error;
}
