/* SPDX-License-Identifier: MIT */
/* phys_addr.h -- physical memory, as references to runs of pages (PhysAddr of Bershad et al., SOSP
 * '95, 4.1, and of SPIN's sources). Who has one says what becomes of it:
 *
 *     TRANSIENT   its owner fills it, and it is not taken away
 *     ACTIVE      in use; when memory is short, it may be chosen
 *     PINNED      in use, and never chosen
 *     RECLAIMED   chosen: nothing maps it, its contents are still there. Whoever touches it or
 *                 makes it ACTIVE again in time has it back, its mappings too
 *     DEAD        its memory is another's. All that is left is phys_addr_deallocate()
 *
 *     allocate -> TRANSIENT <-> ACTIVE <-> PINNED
 *                               ACTIVE <-> RECLAIMED -> DEAD      (the first and the last:
 * reclaim.h)
 *
 * What a device still reads or writes when it is deallocated stays until it is unpinned (frame.h).
 * None of the calls may be made by a device's handler. */
#ifndef SPIN_CORE_PHYS_ADDR_H
#define SPIN_CORE_PHYS_ADDR_H

#include "machine/memory/page.h"
#include "spin/core/event.h"
#include "spin/core/space/range_set.h"

enum phys_state {
    PHYS_TRANSIENT,
    PHYS_ACTIVE,
    PHYS_PINNED,
    PHYS_RECLAIMED,
    PHYS_DEAD,
    PHYS_STATES
};

/* Those that a page has or lacks, of all rights of a mapping. */
#define PHYS_RIGHTS (PAGE_WRITE | PAGE_EXECUTE)

/* What its owner keeps in it: a place in an object. */
struct phys_tag {
    const void *object;
    uint64_t offset;
};

/* Read-only to all but phys_addr.c and reclaim.c. */
struct phys_addr {
    struct list queue;    /* of reclaim.c's: oldest first */
    struct list mappings; /* of struct mapping */
    const struct module *owner;
    struct phys_tag tag;
    paddr_t first;
    uint32_t pages;
    uint8_t state;
    uint8_t rights; /* the most that a mapping may have, of PHYS_RIGHTS */
    uint8_t used;   /* reclaim.c's: by whom it was not asked yet */
    bool dying;     /* RECLAIMED, and will not be ACTIVE again */
};

/* Where it is mapped: translation.c's, and kept while the page is RECLAIMED. */
struct mapping {
    struct range range;
    struct list of_page;
    struct phys_addr *page; /* null: it died */
    struct page_table *table;
    unsigned rights; /* what all of its pages have at least */
};

struct phys_request {
    size_t pages;             /* that follow each other */
    unsigned colour, colours; /* of one page: its frame's number modulo colours; 0: any */
};

/* Its contents are zeros, its rights all. 0; -E_INVALID: no pages, colours of several, or an owner
 * that is no module; -E_NO_MEMORY. Takes no memory away from others: reclaim.h. */
int phys_addr_try_allocate(const struct module *owner, const struct phys_request *r,
                           struct phys_addr **p);
/* Nothing maps it any more, and the reference is gone. */
void phys_addr_deallocate(struct phys_addr *p);
/* Whether there is such a one: for references that come from elsewhere. */
bool phys_addr_exists(const struct phys_addr *p);

/* By its owner: any of the arrows above. -E_INVALID: there is no such arrow; -E_DEAD: it
 * is, or about to be; -E_NO_MEMORY: to map a RECLAIMED one again there was none for tables. */
int phys_addr_change_state(struct phys_addr *p, enum phys_state to);
/* Mappings lose what they may not have any more, and get nothing. -E_INVALID. */
int phys_addr_change_rights(struct phys_addr *p, unsigned rights);
void phys_addr_change_tag(struct phys_addr *p, struct phys_tag tag);

/* Bytes in and out, wherever it is mapped. -E_DEAD, or -E_FAULT: not all of them lie in it. */
int phys_addr_read(const struct phys_addr *p, size_t offset, void *into, size_t bytes);
int phys_addr_write(struct phys_addr *p, size_t offset, const void *from, size_t bytes);
/* All of it. -E_DEAD, or -E_INVALID: they are of unlike length. */
int phys_addr_copy(struct phys_addr *to, const struct phys_addr *from);

/* Pages in this state, of all owners. */
size_t phys_addr_count(enum phys_state state);

/* For reclaim.c: nothing maps it until it is ACTIVE again; its memory goes. */
void phys_addr_reclaimed(struct phys_addr *p);
void phys_addr_die(struct phys_addr *p);
/* The oldest of this state (ACTIVE or RECLAIMED), or null; the youngest from now on. */
struct phys_addr *phys_addr_oldest(enum phys_state state);
void phys_addr_requeue(struct phys_addr *p);

#endif
