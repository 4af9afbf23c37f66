/* SPDX-License-Identifier: MIT */
/* extension_pager.c -- pagers that are extensions (pager_object.h). */
#include "lib/error.h"
#include "machine/report/panic.h"
#include "spin/services/loader/loader.h"
#include "spin/services/vm/charge.h"
#include "spin/services/vm/pager_object.h"

MODULE("Pager");

_Static_assert(sizeof(struct pager_page) == PAGE_SIZE, "it is a page");

#define PAGER_BOUND 8000 /* instructions: some for each word; too few to raise what may fail */

EVENT(pager_page_in, "Pager.PageIn", int,
      (unsigned long pager, unsigned long index, struct pager_page *page)) {
    (void)pager, (void)index, (void)page;
    return -E_DEAD;
}

EVENT(pager_page_out, "Pager.PageOut", int,
      (unsigned long pager, unsigned long index, const struct pager_page *page)) {
    (void)pager, (void)index, (void)page;
    return -E_DEAD;
}

struct extension_pager {
    struct pager pager;
    struct module *by;
    uint64_t number;
};

static uint64_t number_of(const struct pager *p) {
    return ((const struct extension_pager *)p)->number;
}

static int page_in(struct pager *p, size_t index, struct phys_addr *into) {
    return pager_page_in(number_of(p), index, direct(into->first)) ? -E_DEAD : 0;
}

static int page_out(struct pager *p, size_t index, const struct phys_addr *from) {
    return pager_page_out(number_of(p), index, direct(from->first)) ? -E_DEAD : 0;
}

static void notify(struct pager *p) {
    struct extension_pager *e = (struct extension_pager *)p;
    charged_free(e->by, e, sizeof *e);
}

int extension_pager_create(struct module *by, const struct module *extension,
                           struct pager **pager) {
    struct extension_pager *e;
    uint64_t number = extension_serial(extension);
    int error = number ? charged_alloc(by, sizeof *e, (void **)&e) : -E_INVALID;
    if (error)
        return error;
    *e = (struct extension_pager){{page_in, page_out, notify}, by, number};
    *pager = &e->pager;
    return 0;
}

/* The guard that is imposed on both, which are of one form. */
static bool is_of_pager(void *number, unsigned long pager, unsigned long index,
                        struct pager_page *page) {
    (void)index, (void)page;
    return pager == (uintptr_t)number;
}

void extension_pager_init(void) {
    own_events_open(THIS_MODULE,
                    (struct procedure)EVENT_GUARD_WITH(pager_page_in, is_of_pager, NULL),
                    PAGER_BOUND);
}
