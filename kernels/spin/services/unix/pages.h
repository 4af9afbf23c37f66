/* SPDX-License-Identifier: MIT */
/* pages.h -- what can be done about a page of a process's image: the operations that verified
 * handlers of its faults choose from, as the domain /svc/domains/UnixPages. Each is for
 * translations of images alone: -E_PERM for any other, -E_NOT_FOUND: no region has the address. */
#ifndef SPIN_SERVICES_UNIX_PAGES_H
#define SPIN_SERVICES_UNIX_PAGES_H

struct translation;

/* What may be done there, of machine/memory/page.h. */
#define UNIX_WRITE 1
long unix_page_rights(struct translation *t, unsigned long at);
/* How many images have the page; -E_NOT_FOUND: none is mapped. */
long unix_page_sharers(struct translation *t, unsigned long at);

/* A page of zeros comes to lie there. -E_EXISTS: one does already; -E_NO_MEMORY. */
int unix_page_add(struct translation *t, unsigned long at);
/* The page becomes the image's own, with all its region's rights: a copy of it; or, where nobody
 * else has it, the page itself. -E_NO_MEMORY. */
int unix_page_copy(struct translation *t, unsigned long at);
int unix_page_open(struct translation *t, unsigned long at);

#ifndef __BPF__
#include "spin/core/space/phys_addr.h"

/* The module whose verified handlers hear of the images' faults, and own their pages. Null: it was
 * not loaded yet. */
extern const struct module *unix_pager;

/* The domain has its path. Panics where it cannot be. */
void unix_pages_init(void);

/* A page of zeros, of nobody's yet. 0 or -E_NO_MEMORY. */
int unix_page_new(struct phys_addr **p);
/* The image's page at this address, if any, is not its own any more; the last one's is free. */
void unix_page_drop(struct translation *t, vaddr_t at);
#endif

#endif
