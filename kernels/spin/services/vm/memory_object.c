/* SPDX-License-Identifier: MIT */
/* memory_object.c -- see memory_object.h. The life of a page:
 *
 *     find: its frame, or a free one, or that of a victim, which goes: page_out
 *       -> page_in, while its frame is busy: others who want it wait
 *       -> held, until it is released
 *
 * A page that is held or dirty is PINNED, any other ACTIVE, so that it may be chosen when memory is
 * short: its pager has what is in it. Frames of a cache are changed with interrupts off. */
#include "spin/services/vm/memory_object.h"

#include "lib/error.h"
#include "machine/cpu/interrupt_flag.h"
#include "machine/report/panic.h"
#include "spin/core/space/reclaim.h"
#include "spin/services/handlers.h"
#include "spin/services/thread/kthread.h"
#include "spin/services/vm/charge.h"

MODULE("MemoryObjects");

static void wait(struct cache_object *c) {
    kthread_wait_always(&c->waiting);
}

static void wake(struct cache_object *c) {
    while (kthread_wake(&c->waiting))
        ;
}

/* --- Frames; interrupts are off --- */

static void set_busy(struct cache_object *c, unsigned frame, bool busy) {
    c->frame[frame].busy = busy;
    cache_note(c, frame);
    if (!busy)
        wake(c);
}

static void set_free(struct cache_object *c, unsigned frame) {
    if (c->frame[frame].page)
        charged_page_free(c->by, c->frame[frame].page);
    cache_invalidate(c, frame);
    wake(c);
}

/* The page is not taken away when memory is short; -E_DEAD: it is about to be. */
static int pin(struct phys_addr *p) {
    int error = p->state == PHYS_RECLAIMED ? phys_addr_change_state(p, PHYS_ACTIVE) : 0;
    return error || p->state == PHYS_PINNED ? error : phys_addr_change_state(p, PHYS_PINNED);
}

static void unpin(struct cache_object *c, unsigned frame) {
    if (!c->frame[frame].holds && !(c->view.dirty >> frame & 1))
        (void)phys_addr_change_state(c->frame[frame].page, PHYS_ACTIVE);
}

/* --- A page goes --- */

/* Saves it, while it is busy. Who writes to it meanwhile faults, and comes to find it so. */
static int save(struct cache_object *c, unsigned frame, bool on) {
    const struct cache_frame *f = &c->frame[frame];
    struct pager *pager = ((const struct memory_object *)f->object)->pager;
    (void)phys_addr_change_rights(f->page, PAGE_EXECUTE);
    interrupts_restore(on);
    int error = pager->page_out(pager, f->index, f->page);
    (void)interrupts_off();
    (void)phys_addr_change_rights(f->page, PHYS_RIGHTS);
    if (error)
        return error;
    c->view.dirty &= ~(1ul << frame);
    c->page_outs++;
    return 0;
}

#define AGAIN 1 /* others had the processor: what was found may not be so any more */

/* AGAIN: its frame is free now, or will be. An error: it could not be saved, and is busy still. */
static int evict(struct cache_object *c, unsigned frame, bool on) {
    int error = pin(c->frame[frame].page);
    if (error == -E_DEAD) {
        wait(c);
        return AGAIN;
    }
    set_busy(c, frame, true);
    if (!error && c->view.dirty >> frame & 1)
        error = save(c, frame, on);
    if (error)
        return error;
    set_free(c, frame);
    return AGAIN;
}

/* One frame after the other: others may have the processor in between. */
static void note_uses(struct cache_object *c, bool on) {
    for (unsigned i = 0; i < c->frames; i++) {
        (void)cache_note_use(c, i);
        interrupts_restore(on);
        (void)interrupts_off();
    }
}

/* AGAIN: a frame may be free now. Pages that cannot be saved stay, and another one goes; an error:
 * none does. */
static int make_room(struct cache_object *c, bool on) {
    uint64_t kept = 0;
    int error = -E_BUSY, frame;
    note_uses(c, on);
    while (error != AGAIN && (frame = cache_victim(c, ~kept)) >= 0) {
        error = evict(c, (unsigned)frame, on);
        if (error != AGAIN)
            kept |= 1ul << frame;
    }
    for (unsigned i = 0; i < c->frames; i++)
        if (kept >> i & 1)
            set_busy(c, i, false);
    if (error == -E_BUSY && cache_is_busy(c)) {
        wait(c);
        return AGAIN;
    }
    return error;
}

/* --- A page comes --- */

static int fill(const struct memory_object *o, size_t index, struct phys_addr **page) {
    int error = charged_page(o->cache->by, THIS_MODULE, page);
    if (error)
        return error;
    error = o->pager->page_in(o->pager, index, *page);
    if (error)
        charged_page_free(o->cache->by, *page);
    return error;
}

/* Into the frame, which is busy; it is held then. */
static int bring(struct memory_object *o, size_t index, unsigned frame, bool on) {
    struct cache_object *c = o->cache;
    struct phys_addr *page;
    interrupts_restore(on);
    int error = fill(o, index, &page);
    (void)interrupts_off();
    if (error) {
        set_free(c, frame);
        return error;
    }
    phys_addr_change_tag(page, (struct phys_tag){c, frame});
    (void)phys_addr_change_state(page, PHYS_ACTIVE);
    (void)pin(page);
    c->frame[frame].page = page;
    c->frame[frame].holds = 1;
    c->page_ins++;
    set_busy(c, frame, false);
    return 0;
}

/* It is there: it is held, or will be found elsewhere. */
static int hold_there(struct cache_object *c, unsigned frame) {
    struct cache_frame *f = &c->frame[frame];
    int error = f->busy ? -E_DEAD : pin(f->page);
    if (error == -E_DEAD) {
        wait(c);
        return AGAIN;
    }
    if (!error) {
        f->holds++;
        c->hits++;
        cache_note(c, frame);
    }
    return error;
}

/* With so many pages in its cache any instruction finds those that it needs: below that pages do
 * not go because memory is short, or it would never come to its end. */
#define KEPT 8

/* Interrupts are off, and on meanwhile if `on` says that they were. */
static int try_hold(struct memory_object *o, size_t index, bool on, int *frame) {
    struct cache_object *c = o->cache;
    *frame = cache_lookup(c, o, index);
    if (*frame >= 0)
        return hold_there(c, (unsigned)*frame);
    *frame = cache_update(c, o, index);
    if (*frame < 0)
        return make_room(c, on);
    int error = bring(o, index, (unsigned)*frame, on);
    bool is_short = (error == -E_NO_MEMORY || error == -E_QUOTA) && cache_pages(c) > KEPT;
    return is_short && make_room(c, on) == AGAIN ? AGAIN : error;
}

/* --- For models of address spaces --- */

int memory_object_page(struct memory_object *o, size_t index, bool write, struct phys_addr **page) {
    int error, frame;
    if (index >= o->pages || (write && !o->pager->page_out))
        return index >= o->pages ? -E_NOT_FOUND : -E_PERM;
    bool on = interrupts_off();
    do
        error = try_hold(o, index, on, &frame);
    while (error == AGAIN);
    if (!error) {
        *page = o->cache->frame[frame].page;
        o->cache->view.dirty |= (uint64_t)write << frame;
    }
    interrupts_restore(on);
    return error;
}

void memory_object_release(struct memory_object *o, size_t index) {
    struct cache_object *c = o->cache;
    bool on = interrupts_off();
    int frame = cache_find(c, o, index);
    assert_that(frame >= 0 && c->frame[frame].holds);
    c->frame[frame].holds--;
    unpin(c, (unsigned)frame);
    cache_note(c, (unsigned)frame);
    interrupts_restore(on);
}

int memory_object_copy(struct memory_object *o, size_t index, struct phys_addr *into) {
    struct phys_addr *page;
    int error = memory_object_page(o, index, false, &page);
    if (error)
        return error;
    error = phys_addr_copy(into, page);
    memory_object_release(o, index);
    return error;
}

/* --- Objects --- */

int memory_object_create(struct module *by, struct pager *pager, size_t pages,
                         struct cache_object *cache, struct memory_object **object) {
    struct memory_object *new;
    int error = pages ? charged_alloc(by, sizeof *new, (void **)&new) : -E_INVALID;
    if (error) {
        pager->notify(pager);
        return error;
    }
    *new = (struct memory_object){by, pager, cache, pages, 1};
    *object = new;
    return 0;
}

void memory_object_share(struct memory_object *o) {
    bool on = interrupts_off();
    o->users++;
    interrupts_restore(on);
}

/* Others may have the processor between two of them. */
static void free_frames(const struct memory_object *o, bool on) {
    struct cache_object *c = o->cache;
    for (unsigned i = 0; i < c->frames; i++) {
        struct cache_frame *f = &c->frame[i];
        while (f->object == o) {
            assert_that(!f->holds);
            if (f->busy || pin(f->page) == -E_DEAD)
                wait(c);
            else
                set_free(c, i);
            interrupts_restore(on);
            (void)interrupts_off();
        }
    }
}

void memory_object_drop(struct memory_object *o) {
    bool on = interrupts_off();
    bool last = --o->users == 0;
    if (last)
        free_frames(o, on);
    interrupts_restore(on);
    if (!last)
        return;
    o->pager->notify(o->pager);
    charged_free(o->by, o, sizeof *o);
}

/* --- Memory is short --- */

/* So many that were touched where they are mapped are passed over. */
#define PASSED_OVER 16

static struct phys_addr *offer_of(struct cache_object *c, struct phys_addr *candidate) {
    uint64_t active = cache_active(c);
    int frame = -1;
    for (unsigned i = 0; i < PASSED_OVER && cache_pages(c) > KEPT; i++) {
        frame = cache_victim(c, active);
        if (frame < 0 || !cache_note_use(c, (unsigned)frame))
            break;
    }
    for (unsigned i = 0; frame < 0 && i < c->frames; i++)
        if (active >> i & 1)
            (void)pin(c->frame[i].page);
    return frame < 0 ? candidate : c->frame[frame].page;
}

/* Since the raise it may have gone, or be another page that has no frame yet. */
static bool is_still(const struct phys_addr *p, enum phys_state state) {
    return phys_addr_exists(p) && p->state == state;
}

/* What the candidate's cache wants least, of pages that need not be saved. */
static struct phys_addr *offer(struct phys_addr *candidate) {
    bool on = interrupts_off();
    struct phys_addr *offered = candidate;
    if (is_still(candidate, PHYS_ACTIVE))
        offered = offer_of((struct cache_object *)candidate->tag.object, candidate);
    interrupts_restore(on);
    return offered;
}

/* Its pager has what is in it. */
static void forget(struct phys_addr *p) {
    bool on = interrupts_off();
    if (is_still(p, PHYS_RECLAIMED))
        set_free((struct cache_object *)p->tag.object, (unsigned)p->tag.offset);
    interrupts_restore(on);
}

static bool is_own(struct phys_addr *p) {
    return p->owner == THIS_MODULE;
}

/* For the events' authority: no policy takes these handlers away, without which a page that is
 * taken would stay in its frame. */
void memory_objects_init(void) {
    static const struct handler_of of_shortage[] = {
        HANDLER_OF(phys_addr_reclaim, offer, is_own),
        HANDLER_OF(phys_addr_repossess, forget, is_own)};
    struct event_binding *unused[2];
    module_add(THIS_MODULE);
    cache_object_init();
    extension_pager_init();
    if (handlers_bind(of_shortage, 2, unused))
        panic("memory_objects_init: nobody would save pages");
}
