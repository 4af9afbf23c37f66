/* SPDX-License-Identifier: MIT */
/* pager.c -- see pager.h. A page that has no frame has the bit EXOS_PAGED in its entry, and
 * EXOS_SAVED where its bytes are in the other memory; else it is one of zeroes.
 *
 * A page that loses its frame is filled with the other's bytes where it still is, and then one call
 * gives the frame to the other and takes it from this one. So nobody sees a page half filled, and
 * the entry's dirty bit is clear. */
#include "exo/libos/pager/pager.h"

#include "exo/defence.h"
#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/memory/fault.h"
#include "exo/libos/exos/memory/map.h"
#include "exo/libos/exos/own.h"
#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/stubs.h"
#include "lib/error.h"
#include "lib/string.h"

#define DATA (EXO_PRESENT | EXO_WRITE | EXO_NO_EXEC)

static struct pager *first;
/* Within the following a slice that begins gives nothing, and signals wait: whoever would write a
 * page that is being saved. */
static volatile uint64_t busy;

static uint64_t address(const struct pager *p, uint64_t page) {
    return p->at + page * PAGE;
}

static uint64_t entry_of(const struct pager *p, uint64_t page) {
    return *(const volatile uint64_t *)entry_at(address(p, page));
}

bool pager_has(const struct pager *p, uint64_t page) {
    return entry_of(p, page) & EXO_PRESENT;
}

bool pager_used(const struct pager *p, uint64_t page) {
    return entry_of(p, page) & EXO_ACCESSED;
}

bool pager_written(const struct pager *p, uint64_t page) {
    return entry_of(p, page) & EXO_DIRTY;
}

void pager_unuse(struct pager *p, uint64_t page, uint64_t count) {
    const struct exo_protect v = {address(p, page), count, EXO_ACCESSED, 0};
    p->calls++;
    exo_page_protect(0, 0, 0, &v, 1, 0);
}

/* The bytes of these pages are kept elsewhere from now on. */
static inline bool write_out(struct pager *p, const uint64_t *pages, unsigned count) {
    p->outs += count;
    if (p->backing)
        return p->backing->out(p, pages, count);
    for (unsigned i = 0; i < count; i++)
        memcpy((char *)p->swap + pages[i] * PAGE, (const char *)address(p, pages[i]), PAGE);
    return true;
}

/* What the entry of a page becomes that loses its frame, whose bytes are saved first; 0: that
 * failed. */
static inline uint64_t save(struct pager *p, uint64_t page) {
    uint64_t entry = entry_of(p, page);
    if (entry & EXO_DIRTY)
        return write_out(p, &page, 1) ? EXOS_PAGED | EXOS_SAVED : 0;
    return EXOS_PAGED | (entry & EXOS_SAVED);
}

/* Fills the page `to`, which can be written, with what belongs in `page`. */
static inline bool fetch(struct pager *p, uint64_t page, uint64_t entry, uint64_t to) {
    if (!(entry & EXOS_SAVED)) {
        memset((char *)to, 0, PAGE);
        return true;
    }
    p->ins++;
    if (p->backing)
        return p->backing->in(p, page, to);
    memcpy((char *)to, (const char *)p->swap + page * PAGE, PAGE);
    return true;
}

static bool update(struct pager *p, const struct exo_pages *v, uint64_t pages) {
    p->calls++;
    return exo_page_update(0, 0, 0, v, pages, 0) == (long)pages;
}

bool pager_clean(struct pager *p, const uint64_t *pages, unsigned count) {
    struct exo_protect v[PAGER_BATCH];
    if (count > PAGER_BATCH || !write_out(p, pages, count))
        return false;
    for (unsigned i = 0; i < count; i++)
        v[i] = (struct exo_protect){address(p, pages[i]), 1, EXO_DIRTY, EXOS_SAVED};
    p->calls++;
    return exo_page_protect(0, 0, 0, v, count, 0) == (long)count;
}

/* The page that is to lose its frame, and what its entry becomes. */
static inline bool find_victim(struct pager *p, uint64_t *victim, uint64_t *left) {
    *victim = p->victim(p);
    if (*victim >= p->pages || !pager_has(p, *victim))
        return false;
    *left = save(p, *victim);
    return *left;
}

static bool lose(struct pager *p, uint64_t victim, uint64_t left) {
    const struct exo_pages v = {address(p, victim), left, 1};
    if (!update(p, &v, 1))
        return false;
    p->resident--;
    return true;
}

/* The page gets the frame of another. */
static bool exchange(struct pager *p, uint64_t page, uint64_t entry) {
    uint64_t victim, left;
    if (!find_victim(p, &victim, &left))
        return false;
    if (!fetch(p, page, entry, address(p, victim))) {
        lose(p, victim, left); /* what is there now is neither page's */
        return false;
    }
    uint64_t frame = entry_of(p, victim) & EXO_FRAME_OF; /* after a fork it is another now */
    const struct exo_pages v[] = {{address(p, page), frame | DATA | (entry & EXOS_SAVED), 1},
                                  {address(p, victim), left, 1}};
    return update(p, v, 2);
}

/* The page gets a frame that was free. False: there is none. */
static bool take_free(struct pager *p, uint64_t page, uint64_t entry) {
    uint64_t frame = frames_pick(exos_own()->next_frame), at = address(p, page);
    const struct exo_pages v = {at | EXO_FRESH | EXO_ABSENT | EXO_ZEROED, frame << 12 | DATA, 1};
    if (!frame || !update(p, &v, 1))
        return false;
    exos_own()->next_frame = frame + 1;
    p->resident++;
    if (entry & EXOS_SAVED) {
        const struct exo_protect clean = {at, 1, EXO_DIRTY, EXOS_SAVED};
        if (!fetch(p, page, entry, at)) {
            lose(p, page, entry);
            return false;
        }
        p->calls++;
        exo_page_protect(0, 0, 0, &clean, 1, 0);
    }
    return true;
}

static void enter(void) {
    exos_own()->held++;
    busy++;
}

static void leave(void) {
    busy--;
    exos_own()->held--;
}

static bool fault(uint64_t at, uint64_t entry) {
    struct pager *p = first;
    while (p && at - p->at >= p->pages * PAGE)
        p = p->next;
    if (!p)
        return false;
    uint64_t page = (at - p->at) / PAGE;
    enter();
    p->faults++;
    bool done = (p->resident < p->limit && take_free(p, page, entry)) || exchange(p, page, entry);
    if (done)
        p->newest = page;
    leave();
    return done;
}

/* One page loses its frame, which is free then. */
static bool give_one(struct pager *p) {
    uint64_t victim, left;
    return find_victim(p, &victim, &left) && lose(p, victim, left);
}

bool pager_limit(struct pager *p, uint64_t frames) {
    bool given = true;
    enter();
    p->limit = frames;
    while (given && p->resident > frames)
        given = give_one(p);
    leave();
    return given;
}

uint64_t pager_give(uint64_t pages) {
    uint64_t given = 0;
    if (busy && DEFENDED(PAGER_BUSY))
        return 0;
    enter();
    for (struct pager *p = first; p; p = p->next)
        while (given < pages && p->resident > 1 && give_one(p)) {
            p->limit = p->resident;
            given++;
        }
    leave();
    return given;
}

void pager_lost(unsigned kind, uint64_t name) {
    (void)kind, (void)name;
    for (struct pager *p = first; p; p = p->next) {
        p->resident = 0;
        for (uint64_t n = 0; n < p->pages; n++)
            p->resident += pager_has(p, n);
    }
}

/* The right to the other memory: what this process's capability covers, and only that. */
static long forge_swap(void) {
    uint64_t own = (exposed_entry((uint64_t)&first & -PAGE) & EXO_FRAME_OF) >> 12;
    const volatile struct cap *acl = &exposed_frame(own)->acl;
    struct cap swap = *(const struct cap *)acl;
    if (swap.length == CAP_NAME_MAX)
        return -E_TOO_LONG;
    swap.rights = CAP_ALL;
    swap.name[swap.length] = 's';
    swap.length = (swap.length + 1) & 15;
    return exo_cap_forge(0, EXOS_SWAP_SLOT, swap);
}

long pager_begin(struct pager *p) {
    long error = p->backing ? 0 : forge_swap();
    if (!error && !p->backing)
        error = frames_map(0, 0, EXOS_SWAP_SLOT, p->swap, p->pages, EXO_WRITE | EXO_NO_EXEC);
    if (!error)
        error = memory_map((struct exo_pages){p->at, EXOS_PAGED, p->pages});
    if (error)
        return error;
    p->resident = p->hand = p->faults = p->outs = p->ins = p->calls = 0;
    p->newest = PAGER_NONE;
    p->next = first;
    first = p;
    fault_page_by(fault);
    return 0;
}

void pager_end(struct pager *p) {
    struct pager **at = &first;
    while (*at && *at != p)
        at = &(*at)->next;
    if (*at)
        *at = p->next;
    exos_unmap(p->at, p->pages);
    if (!p->backing)
        exos_unmap(p->swap, p->pages);
}
