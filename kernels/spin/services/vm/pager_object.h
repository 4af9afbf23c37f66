/* SPDX-License-Identifier: MIT */
/* pager_object.h -- where the pages of a memory object are while they are not in memory (SPIN's
 * PagerObject). A pager may wait; it is asked for one page at a time by several strands. */
#ifndef SPIN_SERVICES_PAGER_OBJECT_H
#define SPIN_SERVICES_PAGER_OBJECT_H

#include "spin/core/space/phys_addr.h"

/* The first member of what its maker keeps. */
struct pager {
    /* Fills the object's page, which is zeros. 0, or an error that whoever wants the page is
     * given. */
    int (*page_in)(struct pager *p, size_t index, struct phys_addr *into);
    /* Saves it: the next page_in of this index gives the same. An error keeps the page in memory.
     * Null: the pages cannot be written. */
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

#endif
