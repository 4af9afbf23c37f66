/* SPDX-License-Identifier: MIT */
/* pager_object.h -- where the pages of a memory object are while they are not in memory (SPIN's
 * PagerObject). A pager may wait; it is asked for one page at a time, by several strands. One may
 * be an extension, by the events Pager.PageIn and Pager.PageOut, of which it hears for the objects
 * that were made with it. */
#ifndef SPIN_SERVICES_PAGER_OBJECT_H
#define SPIN_SERVICES_PAGER_OBJECT_H

#include "spin/core/event.h"

struct pager_page {
    unsigned long word[512];
};

/* For the extension with the number `pager`: fill the page, which is zeros; save it, so that the
 * next PageIn of this index gives the same. 0, or anything else: it cannot. */
EVENT_DECLARE(pager_page_in, int,
              (unsigned long pager, unsigned long index, struct pager_page *page));
EVENT_DECLARE(pager_page_out, int,
              (unsigned long pager, unsigned long index, const struct pager_page *page));

#ifndef __BPF__
#include "spin/core/space/phys_addr.h"

/* The first member of what its maker keeps. */
struct pager {
    /* Fills the object's page, which is zeros. 0, or an error that whoever wants the page is
     * given. */
    int (*page_in)(struct pager *p, size_t index, struct phys_addr *into);
    /* Saves it. An error keeps the page in memory. Null: the pages cannot be written. */
    int (*page_out)(struct pager *p, size_t index, const struct phys_addr *from);
    /* The object is gone, and nobody asks any more. */
    void (*notify)(struct pager *p);
};

/* Pages of a file of the boot's archive, zeros behind its end; they cannot be written. *bytes is
 * the file's length. 0; -E_NOT_FOUND; -E_NO_MEMORY; -E_QUOTA of `by`, who pays for it. */
int archive_pager_create(struct module *by, const char *file, struct pager **pager, size_t *bytes);

/* Pages of zeros, which are kept in memory of their own when they are paged out, for which `by`
 * pays. 0; -E_NO_MEMORY; -E_QUOTA. */
int default_pager_create(struct module *by, size_t pages, struct pager **pager);

/* Pages of the extension that has this module. While it is not loaded, or fails, there are none:
 * -E_DEAD. 0; -E_INVALID: it is no extension's; -E_NO_MEMORY; -E_QUOTA of `by`, who pays. */
int extension_pager_create(struct module *by, const struct module *extension, struct pager **pager);

/* Before all else here. */
void extension_pager_init(void);
#endif

#endif
