/* SPDX-License-Identifier: MIT */
/* translation.c -- see translation.h. */
#include "spin/core/space/translation.h"

#include "lib/error.h"
#include "machine/memory/heap.h"
#include "machine/memory/page_range.h"
#include "machine/report/panic.h"
#include "machine/thread/preempt.h"

struct translation *translation_current;

int translation_create(struct translation *t, const struct module *owner) {
    *t = (struct translation){.owner = owner};
    preempt_disable();
    int error = page_table_create(&t->pages, 0);
    preempt_enable();
    return error;
}

void translation_give(struct translation *t, const struct module *owner) {
    t->owner = owner;
}

void translation_load(struct translation *t) {
    translation_current = t;
    page_table_load(t ? &t->pages : &page_table_kernel);
}

struct mapping *translation_find(const struct translation *t, vaddr_t at) {
    struct range *r = range_set_find(&t->mappings, at);
    return r ? container_of(r, struct mapping, range) : NULL;
}

/* --- A mapping comes and goes --- */

static void forget(struct translation *t, struct mapping *m) {
    virt_addr_find(&t->names, m->range.at)->mappings--;
    list_remove(&m->of_page);
    range_set_remove(&t->mappings, &m->range);
    heap_free(m, sizeof *m);
}

static int add(struct translation *t, struct virt_addr *v, vaddr_t at, struct phys_addr *p,
               unsigned rights) {
    if (p->state >= PHYS_RECLAIMED)
        return -E_DEAD;
    if (rights & PHYS_RIGHTS & ~p->rights)
        return -E_PERM;
    struct mapping *m = heap_alloc(sizeof *m);
    if (!m)
        return -E_NO_MEMORY;
    *m = (struct mapping){.range = {at, p->pages}, .page = p, .table = &t->pages, .rights = rights};
    int error = range_set_add(&t->mappings, &m->range);
    if (error) {
        heap_free(m, sizeof *m);
        return error;
    }
    list_push_back(&p->mappings, &m->of_page);
    v->mappings++;
    error = page_map_range(&t->pages, at, p->first, p->pages, rights);
    if (error)
        forget(t, m);
    return error;
}

int translation_add_mapping(struct translation *t, struct virt_addr *v, size_t offset,
                            struct phys_addr *p, unsigned rights) {
    if (v->space != &t->names || offset > v->range.pages || p->pages > v->range.pages - offset)
        return -E_INVALID;
    page_make_tables(&t->pages, v->range.at + offset * PAGE_SIZE);
    preempt_disable();
    int error = add(t, v, v->range.at + offset * PAGE_SIZE, p, rights);
    preempt_enable();
    return error;
}

static void remove_mapping(struct translation *t, struct mapping *m) {
    page_unmap_range(&t->pages, m->range.at, range_end(&m->range), NULL, NULL);
    forget(t, m);
}

int translation_remove_mapping(struct translation *t, vaddr_t at) {
    preempt_disable();
    struct mapping *m = translation_find(t, at);
    if (m)
        remove_mapping(t, m);
    preempt_enable();
    return m ? 0 : -E_NOT_FOUND;
}

/* A region for each, so that the whole may take as long as it has mappings. */
void translation_clear(struct translation *t) {
    while (t->mappings.count)
        (void)translation_remove_mapping(t, t->mappings.range[0]->at);
    while (t->names.count)
        (void)virt_addr_deallocate(container_of(t->names.range[0], struct virt_addr, range));
}

void translation_destroy(struct translation *t) {
    assert_that(t != translation_current);
    translation_clear(t);
    preempt_disable();
    range_set_release(&t->mappings);
    range_set_release(&t->names);
    preempt_enable();
    page_table_dismantle(&t->pages); /* what it has still is the program's own */
}

/* --- Rights --- */

static struct mapping *mapping_at(const struct translation *t, size_t i) {
    return container_of(t->mappings.range[i], struct mapping, range);
}

/* Whether mappings without a hole between them, from the i-th on, lie behind all of [at, end), and
 * may have these rights. */
static int may_change(const struct translation *t, size_t i, vaddr_t at, vaddr_t end,
                      unsigned rights) {
    for (; at < end; i++) {
        if (i == t->mappings.count || t->mappings.range[i]->at > at)
            return -E_NOT_FOUND;
        const struct mapping *m = mapping_at(t, i);
        if (!m->page) /* of one that is RECLAIMED the tables have no page */
            return -E_NOT_FOUND;
        if (rights & PHYS_RIGHTS & ~m->page->rights)
            return -E_PERM;
        at = range_end(&m->range);
    }
    return 0;
}

static void note_rights(const struct translation *t, size_t i, vaddr_t at, vaddr_t end,
                        unsigned rights) {
    for (vaddr_t next = at; next < end; i++) {
        struct mapping *m = mapping_at(t, i);
        next = range_end(&m->range);
        m->rights = m->range.at >= at && next <= end ? rights : m->rights & rights;
    }
}

static int change(struct translation *t, vaddr_t at, size_t pages, unsigned rights) {
    if (pages > (USER_TOP - at) / PAGE_SIZE)
        return -E_NOT_FOUND;
    vaddr_t end = at + pages * PAGE_SIZE;
    size_t first = range_set_from(&t->mappings, at);
    int error = may_change(t, first, at, end, rights);
    if (!error)
        error = page_protect_range(&t->pages, at, pages, rights);
    if (!error)
        note_rights(t, first, at, end, rights);
    return error;
}

int translation_change_mapping(struct translation *t, vaddr_t at, size_t pages, unsigned rights) {
    if (at % PAGE_SIZE || at >= USER_TOP)
        return at % PAGE_SIZE ? -E_INVALID : -E_NOT_FOUND;
    preempt_disable();
    int error = change(t, at, pages, rights);
    preempt_enable();
    return error;
}

int translation_examine_mapping(const struct translation *t, vaddr_t at, struct page_mapping *m) {
    return at < USER_TOP ? page_walk(&t->pages, at, m) : -E_NOT_FOUND;
}
