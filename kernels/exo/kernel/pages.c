/* SPDX-License-Identifier: MIT */
/* pages.c -- see pages.h. */
#include "exo/kernel/pages.h"

#include "exo/kernel/cap.h"
#include "exo/kernel/exo_frame.h"
#include "lib/error.h"
#include "machine/memory/page_entry.h"

/* What a call may do at once is made of these, in instructions or more. */
#define WORK_PAGE  60
#define WORK_CLEAR 560
#define WORK_TABLE 3500 /* up to three tables and a shadow page */

/* Whether these pages are the environment's own to map. */
static bool are_pages(vaddr_t at, uint64_t count) {
    return at % PAGE_SIZE == 0 && at >= PAGE_SIZE && at < EXO_TOP &&
           count <= (EXO_TOP - at) / PAGE_SIZE;
}

static bool is_entry(uint64_t entry) {
    return !(entry & EXO_PRESENT) || !(entry & EXO_WRITE) || (entry & EXO_NO_EXEC);
}

/* What the processor gets of an entry that an environment asks for. */
static uint64_t sanitised(uint64_t entry) {
    const uint64_t own = EXO_WRITE | EXO_ACCESSED | EXO_DIRTY | EXO_SOFTWARE | EXO_NO_EXEC;
    if (!(entry & EXO_PRESENT))
        return entry;
    return (entry & (own | EXO_FRAME_OF)) | ENTRY_PRESENT | ENTRY_USER;
}

/* A reference to the frame for one more mapping. */
static int take_frame(uint64_t number, struct cap holder, uint64_t entry, bool fresh,
                      struct exo_frame **taken, long *work) {
    struct exo_frame *f = *taken = exo_frame_at(number);
    bool cleared = false;
    int error = fresh ? -E_EXISTS : -E_PERM;
    if (f && !f->references)
        error = exo_frame_claim(f, holder, &cleared);
    else if (f && !fresh)
        error = exo_frame_share(f, holder, entry & EXO_WRITE);
    if (cleared)
        *work -= WORK_CLEAR;
    return error;
}

/* The pages of one table, from p->at + skip * PAGE_SIZE on. */
static long update_some(struct space *s, struct cap holder, const struct exo_pages *p,
                        uint64_t skip, const struct entries *l, struct departures *d, long *work) {
    vaddr_t at = (p->at & -(uint64_t)PAGE_SIZE) + skip * PAGE_SIZE;
    uint64_t entry = sanitised(p->entry);
    unsigned n = (unsigned)((l->end - at) / PAGE_SIZE), i = 0;
    for (; i<n && * work> 0; i++, at += PAGE_SIZE, *work -= WORK_PAGE) {
        struct exo_frame *f = NULL;
        if (entry & EXO_PRESENT) {
            uint64_t number = (entry & EXO_FRAME_OF) / PAGE_SIZE + skip + i;
            int error = take_frame(number, holder, entry, p->at & EXO_FRESH, &f, work);
            if (error == -E_EXISTS && d->flush.count) { /* it may be one of those that depart */
                departures_end(d);
                error = take_frame(number, holder, entry, true, &f, work);
            }
            if (error)
                return i ? (long)i : error;
        }
        if (l->entry[i] & ENTRY_PRESENT)
            mapping_remove(s, l, i, at, 0, d);
        if (f)
            mapping_add(s, l, i, f, entry + (skip + i) * PAGE_SIZE);
        else
            l->entry[i] = entry;
    }
    return i;
}

long pages_update(struct space *s, struct cap holder, const struct exo_pages *p, uint64_t skip,
                  long *work) {
    vaddr_t start = p->at & ~(uint64_t)EXO_FRESH, end = start + p->count * PAGE_SIZE;
    struct departures d;
    long done = 0, some = 1;
    if (!are_pages(start, p->count) || !is_entry(p->entry))
        return -E_INVALID;
    departures_begin(&d, s);
    for (vaddr_t at = start + skip * PAGE_SIZE; at<end && * work> 0 && some > 0;
         at += (uint64_t)some * PAGE_SIZE, done += some) {
        struct entries l = space_entries(s, at, end);
        if (!l.entry && !p->entry) { /* nothing is mapped there, as was asked for */
            some = (long)((l.end - at) / PAGE_SIZE);
            *work -= WORK_PAGE;
            continue;
        }
        if (!l.entry) {
            some = space_make_entries(s, at, end, &l);
            *work -= WORK_TABLE;
        }
        if (l.entry)
            some = update_some(s, holder, p, skip + (uint64_t)done, &l, &d, work);
        if (some < 0)
            break;
    }
    departures_end(&d);
    return done ? done : some < 0 ? some : 0;
}

vaddr_t pages_clear(struct space *s, vaddr_t at, long *work) {
    struct departures d;
    departures_begin(&d, s);
    while (at<EXO_TOP && * work> 0) {
        struct entries l = space_entries(s, at, EXO_TOP);
        for (unsigned i = 0; l.entry && at<l.end && * work> 0; i++, at += PAGE_SIZE) {
            if (l.entry[i] & ENTRY_PRESENT)
                mapping_remove(s, &l, i, at, 0, &d);
            *work -= l.entry[i] & ENTRY_PRESENT ? WORK_PAGE : 4;
        }
        if (!l.entry)
            at = l.end;
        *work -= WORK_PAGE;
    }
    departures_end(&d);
    return at;
}

/* Whether the mapping may be made writable by this capability. */
static bool may_write(uint64_t entry, struct cap holder) {
    const struct exo_frame *f = exo_frame_at((entry & EXO_FRAME_OF) / PAGE_SIZE);
    struct cap needed = f->acl;
    needed.rights = CAP_READ | CAP_WRITE;
    return cap_dominates(holder, needed);
}

/* Of the bits of an entry those that an environment may change. */
#define CHANGEABLE (EXO_WRITE | EXO_ACCESSED | EXO_DIRTY | EXO_NO_EXEC | EXO_SOFTWARE)

static long protect_some(struct space *s, struct cap holder, const struct exo_protect *p,
                         const struct entries *l, vaddr_t at, long *work) {
    unsigned n = (unsigned)((l->end - at) / PAGE_SIZE), i = 0;
    struct page_flush_queue flush;
    long error = 0;
    page_flush_begin(&flush, &s->table);
    for (; i<n && * work> 0; i++, at += PAGE_SIZE, *work -= WORK_PAGE / 2) {
        uint64_t *e = &l->entry[i], to = (*e & ~p->clear) | p->set;
        if (!(*e & ENTRY_PRESENT)) {
            error = -E_NOT_FOUND;
            break;
        }
        if (!is_entry(to)) {
            error = -E_INVALID;
            break;
        }
        if ((to & ~*e & EXO_WRITE) && !may_write(*e, holder)) {
            error = -E_PERM;
            break;
        }
        mapping_change(e, to);
        page_flush_later(&flush, at);
    }
    page_flush_now(&flush);
    return i ? (long)i : error;
}

long pages_protect(struct space *s, struct cap holder, const struct exo_protect *p, uint64_t skip,
                   long *work) {
    vaddr_t at = p->at + skip * PAGE_SIZE, end = p->at + p->count * PAGE_SIZE;
    long done = 0;
    if (!are_pages(p->at, p->count) || ((p->clear | p->set) & ~CHANGEABLE))
        return -E_INVALID;
    while (at<end && * work> 0) {
        struct entries l = space_entries(s, at, end);
        long some = l.entry ? protect_some(s, holder, p, &l, at, work) : -E_NOT_FOUND;
        if (some <= 0)
            return done ? done : some;
        done += some;
        at += (uint64_t)some * PAGE_SIZE;
    }
    return done;
}
