/* SPDX-License-Identifier: MIT */
/* reclaim.h -- who gives up memory when it is short. Of all pages that are ACTIVE the one that was
 * made so first is the candidate, or goes to the end of the queue where somebody has used it since
 * (first in, first out, with a second chance). Its owner is asked, and may offer another of its
 * pages instead. What is chosen becomes RECLAIMED, and dies, oldest first, when its frames are
 * wanted. */
#ifndef SPIN_CORE_RECLAIM_H
#define SPIN_CORE_RECLAIM_H

#include "spin/core/space/phys_addr.h"

/* Which page shall go? The result is the candidate, or another of the same owner, which must be
 * ACTIVE; anything else counts as the candidate. Handlers hear of their own module's pages only. It
 * is raised by who needs memory, and may not allocate any. */
EVENT_DECLARE(phys_addr_reclaim, struct phys_addr *, (struct phys_addr * candidate));
/* A RECLAIMED page is about to die: the last moment to save what is in it. Handlers as above. */
EVENT_DECLARE(phys_addr_repossess, void, (struct phys_addr * p));

/* phys_addr_try_allocate, but that the memory of others is taken where none is free. -E_NO_MEMORY:
 * there was none to take. */
int phys_addr_allocate(const struct module *owner, const struct phys_request *r,
                       struct phys_addr **p);

/* Whether a page was used since this one asked last, through any mapping. */
enum phys_asker { PHYS_OWNER = 1, PHYS_RECLAIM = 2 };
bool phys_addr_take_use(struct phys_addr *p, enum phys_asker asker);

/* Below `low` free frames an allocation makes pages RECLAIMED, until those and the free frames are
 * `high`. At first both are 0: a page is chosen only when no frame is left. -E_INVALID: low is more
 * than high. */
int reclaim_thresholds(size_t low, size_t high);

/* Whose handlers hear of which pages is seen to from here on. */
void reclaim_init(void);

#endif
