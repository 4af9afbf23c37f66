/* SPDX-License-Identifier: MIT */
/* reclaim.c -- see reclaim.h. */
#include "spin/core/space/reclaim.h"

#include "lib/error.h"
#include "machine/memory/frame.h"
#include "machine/thread/preempt.h"

MODULE("PhysAddr");

EVENT(phys_addr_reclaim, "PhysAddr.Reclaim", struct phys_addr *, (struct phys_addr * candidate)) {
    return candidate;
}

EVENT(phys_addr_repossess, "PhysAddr.Repossess", void, (struct phys_addr * p)) {
    (void)p;
}

static size_t low, high;

int reclaim_thresholds(size_t low_frames, size_t high_frames) {
    if (low_frames > high_frames)
        return -E_INVALID;
    low = low_frames;
    high = high_frames;
    return 0;
}

bool phys_addr_take_use(struct phys_addr *p, enum phys_asker asker) {
    list_each(node, &p->mappings) {
        const struct mapping *m = container_of(node, struct mapping, of_page);
        for (vaddr_t at = m->range.at; at < range_end(&m->range); at += PAGE_SIZE) {
            struct page_mapping seen = {0};
            if (page_take_traces(m->table, at, &seen) == 0 && seen.accessed)
                p->used = PHYS_OWNER | PHYS_RECLAIM;
        }
    }
    bool used = p->used & asker;
    p->used &= (uint8_t)~asker;
    return used;
}

/* Each page has one second chance while somebody looks for one. */
static struct phys_addr *candidate(void) {
    struct phys_addr *p = phys_addr_oldest(PHYS_ACTIVE);
    const struct phys_addr *first = NULL;
    while (p && p != first && phys_addr_take_use(p, PHYS_RECLAIM)) {
        first = first ? first : p;
        phys_addr_requeue(p);
        p = phys_addr_oldest(PHYS_ACTIVE);
    }
    return p;
}

/* The candidate, or what its owner offers; null: it was neither. What was so before a raise may
 * have changed in it. */
static struct phys_addr *chosen(struct phys_addr *p, const struct phys_addr *offered) {
    if (!phys_addr_exists(p))
        return NULL;
    if (phys_addr_exists(offered) && offered->owner == p->owner && offered->state == PHYS_ACTIVE)
        return (struct phys_addr *)offered;
    return p->state == PHYS_ACTIVE ? p : NULL;
}

/* Owners who answer so often by taking their candidate away are not asked again. */
#define ASKED_MAX 4

/* One more is RECLAIMED; false: there is none to choose. */
static bool choose(void) {
    for (unsigned asked = 0;; asked++) {
        preempt_disable();
        struct phys_addr *p = candidate();
        preempt_enable();
        if (!p)
            return false;
        const struct phys_addr *offered = asked < ASKED_MAX ? phys_addr_reclaim(p) : p;
        preempt_disable();
        p = chosen(p, offered);
        if (p)
            phys_addr_reclaimed(p);
        preempt_enable();
        if (p)
            return true;
    }
}

/* The oldest of those that are RECLAIMED dies; false: there is none. */
static bool take(void) {
    preempt_disable();
    struct phys_addr *p = phys_addr_oldest(PHYS_RECLAIMED);
    if (p)
        p->dying = true;
    preempt_enable();
    if (!p)
        return false;
    phys_addr_repossess(p);
    preempt_disable();
    if (phys_addr_exists(p) && p->dying) /* or it is another one, at the address of one that went */
        phys_addr_die(p);
    preempt_enable();
    return true;
}

int phys_addr_allocate(const struct module *owner, const struct phys_request *r,
                       struct phys_addr **p) {
    int error;
    if (frame_unused() < low)
        while (frame_unused() + phys_addr_count(PHYS_RECLAIMED) < high && choose())
            ;
    while ((error = phys_addr_try_allocate(owner, r, p)) == -E_NO_MEMORY)
        if (!take() && !choose()) /* but somebody may have given up a page when he was asked */
            return phys_addr_try_allocate(owner, r, p);
    return error;
}

static bool is_owners(void *by, struct phys_addr *p) {
    return p->owner == by;
}

static bool allows(void *unused, struct change_request *request) {
    (void)unused;
    return impose_guard(request, (struct procedure)EVENT_GUARD_WITH(phys_addr_repossess, is_owners,
                                                                    (void *)request->by));
}

void reclaim_init(void) {
    event_authorize(THIS_MODULE, allows);
}
