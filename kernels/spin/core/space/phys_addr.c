/* SPDX-License-Identifier: MIT */
/* phys_addr.c -- see phys_addr.h. */
#include "spin/core/space/phys_addr.h"

#include "lib/error.h"
#include "lib/string.h"
#include "machine/memory/frame.h"
#include "machine/memory/heap.h"
#include "machine/memory/page_range.h"
#include "machine/report/panic.h"
#include "machine/thread/preempt.h"

/* Those that can be chosen, and those that are; the others are in no queue. */
static struct list active = LIST_INIT(active), reclaimed = LIST_INIT(reclaimed);
static size_t count[PHYS_STATES]; /* pages */

static void enter_state(struct phys_addr *p, enum phys_state state) {
    count[p->state] -= p->pages;
    count[state] += p->pages;
    p->state = (uint8_t)state;
    list_remove(&p->queue);
    if (state == PHYS_ACTIVE || state == PHYS_RECLAIMED)
        list_push_back(state == PHYS_ACTIVE ? &active : &reclaimed, &p->queue);
}

size_t phys_addr_count(enum phys_state state) {
    return count[state];
}

/* --- Frames --- */

/* The lowest free frame of this colour. */
static int claim_coloured(const struct phys_request *r, paddr_t *frame) {
    size_t bytes;
    (void)frame_free_bits(&bytes);
    for (uint64_t n = r->colour; n < bytes * 8; n += r->colours) {
        *frame = PADDR(n * PAGE_SIZE);
        if (frame_claim(*frame, 0) == 0)
            return 0;
    }
    return -E_NO_MEMORY;
}

static int take_frames(const struct phys_request *r, paddr_t *first) {
    if (r->colours)
        return claim_coloured(r, first);
    return r->pages == 1 ? frame_alloc(first) : frame_alloc_run(first, r->pages);
}

static paddr_t frame_of(const struct phys_addr *p, size_t i) {
    return paddr_add(p->first, i * PAGE_SIZE);
}

static void free_frames(const struct phys_addr *p) {
    for (size_t i = 0; i < p->pages; i++) {
        frame_page(frame_of(p, i))->owner = 0;
        frame_free(frame_of(p, i));
    }
}

/* A frame's owner word is the address of what it belongs to. */
bool phys_addr_exists(const struct phys_addr *p) {
    const struct page *page = p ? frame_page(p->first) : NULL;
    return page && page->owner == (uint64_t)p;
}

/* --- Its life --- */

int phys_addr_try_allocate(const struct module *owner, const struct phys_request *r,
                           struct phys_addr **p) {
    if (!r->pages || r->pages > frame_total() || (r->colours && r->pages > 1) ||
        (r->colours && r->colour >= r->colours) || !module_exists(owner))
        return -E_INVALID;
    preempt_disable();
    struct phys_addr *new = heap_alloc(sizeof *new);
    int error = new ? take_frames(r, &new->first) : -E_NO_MEMORY;
    if (error) {
        heap_free(new, sizeof *new);
        preempt_enable();
        return error;
    }
    list_init(&new->queue);
    list_init(&new->mappings);
    new->owner = owner;
    new->pages = (uint32_t)r->pages;
    new->rights = PHYS_RIGHTS;
    new->state = PHYS_TRANSIENT;
    count[PHYS_TRANSIENT] += new->pages;
    for (size_t i = 0; i < new->pages; i++)
        frame_page(frame_of(new, i))->owner = (uint64_t) new;
    preempt_enable();
    memset(direct(new->first), 0, r->pages * PAGE_SIZE);
    *p = new;
    return 0;
}

static void hide(const struct mapping *m) {
    page_unmap_range(m->table, m->range.at, range_end(&m->range), NULL, NULL);
}

static void lose(struct phys_addr *p) {
    list_each(node, &p->mappings) {
        struct mapping *m = container_of(node, struct mapping, of_page);
        hide(m);
        m->page = NULL;
        list_remove(node);
    }
}

void phys_addr_die(struct phys_addr *p) {
    assert_that(p->state == PHYS_RECLAIMED);
    preempt_disable();
    lose(p);
    free_frames(p);
    enter_state(p, PHYS_DEAD);
    preempt_enable();
}

void phys_addr_deallocate(struct phys_addr *p) {
    preempt_disable();
    lose(p);
    if (p->state != PHYS_DEAD)
        free_frames(p);
    list_remove(&p->queue);
    count[p->state] -= p->pages;
    heap_free(p, sizeof *p);
    preempt_enable();
}

/* --- States --- */

void phys_addr_reclaimed(struct phys_addr *p) {
    assert_that(p->state == PHYS_ACTIVE);
    preempt_disable();
    list_each(node, &p->mappings) hide(container_of(node, struct mapping, of_page));
    enter_state(p, PHYS_RECLAIMED);
    preempt_enable();
}

/* All mappings show it again, or none. */
static int rescue(struct phys_addr *p) {
    int error = 0;
    list_each(node, &p->mappings) {
        const struct mapping *m = container_of(node, struct mapping, of_page);
        error = page_map_range(m->table, m->range.at, p->first, p->pages, m->rights);
        if (error)
            break;
    }
    if (error)
        list_each(node, &p->mappings) hide(container_of(node, struct mapping, of_page));
    return error;
}

int phys_addr_change_state(struct phys_addr *p, enum phys_state to) {
    static const bool arrow[PHYS_STATES][PHYS_STATES] = {
        [PHYS_TRANSIENT] = {[PHYS_ACTIVE] = true},
        [PHYS_ACTIVE] = {[PHYS_TRANSIENT] = true, [PHYS_PINNED] = true},
        [PHYS_PINNED] = {[PHYS_ACTIVE] = true},
        [PHYS_RECLAIMED] = {[PHYS_ACTIVE] = true},
    };
    preempt_disable();
    int error = p->state == PHYS_DEAD || p->dying                     ? -E_DEAD
                : (unsigned)to >= PHYS_STATES || !arrow[p->state][to] ? -E_INVALID
                : p->state == PHYS_RECLAIMED                          ? rescue(p)
                                                                      : 0;
    if (!error)
        enter_state(p, to);
    preempt_enable();
    return error;
}

int phys_addr_change_rights(struct phys_addr *p, unsigned rights) {
    if (rights & ~PHYS_RIGHTS)
        return -E_INVALID;
    preempt_disable();
    p->rights = (uint8_t)rights;
    list_each(node, &p->mappings) {
        struct mapping *m = container_of(node, struct mapping, of_page);
        m->rights &= rights | ~PHYS_RIGHTS; /* single pages of it may have had more */
        if (p->state != PHYS_RECLAIMED)
            (void)page_protect_range(m->table, m->range.at, m->range.pages, m->rights);
    }
    preempt_enable();
    return 0;
}

void phys_addr_change_tag(struct phys_addr *p, struct phys_tag tag) {
    p->tag = tag;
}

struct phys_addr *phys_addr_oldest(enum phys_state state) {
    const struct list *queue = state == PHYS_ACTIVE ? &active : &reclaimed;
    return list_empty(queue) ? NULL : container_of(queue->next, struct phys_addr, queue);
}

void phys_addr_requeue(struct phys_addr *p) {
    enter_state(p, p->state);
}

/* --- Contents --- */

static int reach(const struct phys_addr *p, size_t offset, size_t bytes) {
    if (p->state == PHYS_DEAD)
        return -E_DEAD;
    size_t all = (size_t)p->pages * PAGE_SIZE;
    return offset <= all && bytes <= all - offset ? 0 : -E_FAULT;
}

int phys_addr_read(const struct phys_addr *p, size_t offset, void *into, size_t bytes) {
    int error = reach(p, offset, bytes);
    if (!error)
        memcpy(into, (const char *)direct(p->first) + offset, bytes);
    return error;
}

int phys_addr_write(struct phys_addr *p, size_t offset, const void *from, size_t bytes) {
    int error = reach(p, offset, bytes);
    if (!error)
        memcpy((char *)direct(p->first) + offset, from, bytes);
    return error;
}

int phys_addr_copy(struct phys_addr *to, const struct phys_addr *from) {
    if (to->pages != from->pages)
        return -E_INVALID;
    int error = reach(from, 0, 0);
    return error ? error
                 : phys_addr_write(to, 0, direct(from->first), to->pages * (size_t)PAGE_SIZE);
}
