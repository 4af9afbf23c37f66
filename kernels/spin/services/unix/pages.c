/* SPDX-License-Identifier: MIT */
/* pages.c -- see pages.h. How many images have a page is how often it is mapped. The build takes
 * from it the types of what the handlers are linked to. */
#include "spin/services/unix/pages.h"

#include "common/engine.h"
#include "engine/export.h"
#include "lib/error.h"
#include "machine/report/panic.h"
#include "machine/thread/preempt.h"
#include "spin/core/space/reclaim.h"
#include "spin/services/loader/named_domain.h"
#include "spin/services/name_space.h"
#include "spin/services/unix/regions.h"

/* Instructions, at most: a search of the mappings; besides, a page frame, its zeros, tables. */
#define SEARCH_COST 500
#define PAGE_COST   6000

static const struct signature search_signature = {.cost = SEARCH_COST},
                              page_signature = {.cost = PAGE_COST};

EXPORT(unix_pages, unix_page_rights, EXPORT_FUNCTION, .signature = &search_signature);
EXPORT(unix_pages, unix_page_sharers, EXPORT_FUNCTION, .signature = &search_signature);
EXPORT(unix_pages, unix_page_add, EXPORT_FUNCTION, .signature = &page_signature);
EXPORT(unix_pages, unix_page_copy, EXPORT_FUNCTION, .signature = &page_signature);
EXPORT(unix_pages, unix_page_open, EXPORT_FUNCTION, .signature = &page_signature);
EXPORTS_DECLARE(unix_pages);

#ifndef EXPORTS_TYPES_ONLY
EXPORTS_EMBED(unix_pages, "kernels/spin/services/unix/pages");

MODULE("UnixPages");

const struct module *unix_pager;

/* 0, with the image and the region that has the address; or why not. */
static int find(struct translation *t, vaddr_t at, struct unix_region **r) {
    if (!unix_pager || t->owner != unix_pager)
        return -E_PERM;
    *r = unix_region_at(container_of(t, struct unix_image, process.space.translation), at);
    return *r ? 0 : -E_NOT_FOUND;
}

long unix_page_rights(struct translation *t, unsigned long at) {
    struct unix_region *r;
    int error = find(t, at, &r);
    return error ? error : (long)r->rights;
}

long unix_page_sharers(struct translation *t, unsigned long at) {
    struct unix_region *r;
    long count = find(t, at, &r);
    preempt_disable();
    const struct mapping *m = count ? NULL : translation_find(t, at);
    if (m)
        list_each(node, &m->page->mappings) count++;
    else if (!count)
        count = -E_NOT_FOUND;
    preempt_enable();
    return count;
}

int unix_page_new(struct phys_addr **p) {
    static const struct phys_request request = {.pages = 1};
    return phys_addr_allocate(unix_pager, &request, p);
}

static size_t offset_in(const struct unix_region *r, vaddr_t at) {
    return (at - r->v->range.at) / PAGE_SIZE;
}

int unix_page_add(struct translation *t, unsigned long at) {
    struct unix_region *r;
    struct phys_addr *p;
    int error = find(t, at, &r);
    if (!error)
        error = unix_page_new(&p);
    if (error)
        return error;
    error = translation_add_mapping(t, r->v, offset_in(r, at), p, r->rights);
    if (error)
        phys_addr_deallocate(p);
    return error;
}

void unix_page_drop(struct translation *t, vaddr_t at) {
    preempt_disable();
    const struct mapping *m = translation_find(t, at);
    struct phys_addr *p = m ? m->page : NULL;
    if (p) {
        (void)translation_remove_mapping(t, at);
        if (list_empty(&p->mappings))
            phys_addr_deallocate(p);
    }
    preempt_enable();
}

int unix_page_copy(struct translation *t, unsigned long at) {
    struct unix_region *r;
    struct phys_addr *p;
    int error = find(t, at, &r);
    if (!error)
        error = unix_page_new(&p);
    if (error)
        return error;
    preempt_disable();
    const struct mapping *m = translation_find(t, at);
    if (m) {
        error = phys_addr_copy(p, m->page);
        assert_that(!error);
        unix_page_drop(t, at); /* whose mapping's memory is the next one's */
        error = translation_add_mapping(t, r->v, offset_in(r, at), p, r->rights);
        assert_that(!error);
    } else {
        phys_addr_deallocate(p);
        error = -E_NOT_FOUND;
    }
    preempt_enable();
    return error;
}

int unix_page_open(struct translation *t, unsigned long at) {
    struct unix_region *r;
    int error = find(t, at, &r);
    return error ? error : translation_change_mapping(t, page_round_down(at), 1, r->rights);
}

void unix_pages_init(void) {
    module_add(THIS_MODULE);
    name_space_attach_domain(NAMED_DOMAINS "UnixPages",
                             engine_domain("UnixPages", EXPORTS_TYPES(unix_pages),
                                           EXPORTS(unix_pages), EXPORTS_COUNT(unix_pages)),
                             THIS_MODULE);
}
#endif
