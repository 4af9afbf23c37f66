/* SPDX-License-Identifier: MIT */
/* pages.c -- see pages.h. */
#include "exo/kernel/memory/pages.h"

#include "exo/defence.h"
#include "exo/kernel/memory/block_frame.h"
#include "exo/kernel/memory/acl.h"
#include "exo/kernel/memory/exo_frame.h"
#include "exo/kernel/memory/info.h"
#include "lib/error.h"
#include "machine/memory/frame.h"
#include "machine/memory/page_entry.h"

/* What a call may do at once is made of these, in instructions or more. */
#define WORK_PAGE    60
#define WORK_SHARE   40  /* a page that share_run() does */
#define WORK_CLAIM   160 /* of a page the claim, the filling, and what was mapped there before */
#define WORK_FILL    540
#define WORK_UNMAP   130
#define WORK_PROTECT 32   /* a power of two: it divides */
#define WORK_LIST    700  /* an access list of more than one word */
#define WORK_FIND    150  /* another table, which there is */
#define WORK_TABLE   2500 /* up to three tables and a shadow page */

/* Whether these pages are the environment's own to map. */
static bool are_pages(vaddr_t at, uint64_t count) {
    const vaddr_t top = DEFENDED(PT_TOP) ? EXO_TOP : USER_TOP;
    return at % PAGE_SIZE == 0 && at >= PAGE_SIZE && at < top && count <= (top - at) / PAGE_SIZE;
}

/* With what right frames are mapped: what a frame's access list says is asked once for all with the
 * same list. */
struct right {
    struct cap holder;
    struct cap allowed; /* the list that `holder` opened last */
    bool write;
    uint64_t flags; /* EXO_FRESH... */
    long *work;
};

/* A list that no frame has. */
static const struct cap no_list = {.valid = 1, .length = CAP_NAME_MAX + 1};

static unsigned rights_of(const struct right *r) {
    return r->write ? CAP_READ | CAP_WRITE : CAP_READ;
}

static bool permits(const struct right *r, const struct exo_frame *f, unsigned rights) {
    if (acl_is_long(f->acl))
        *r->work -= WORK_LIST;
    return acl_opens(&f->acl, r->holder, rights) || !DEFENDED(PT_OPENS);
}

/* What has limits is asked each time. */
static bool opens(struct right *r, const struct exo_frame *f) {
    if (!permits(r, f, rights_of(r)))
        return false;
    if (!f->limits)
        r->allowed = f->acl;
    return true;
}

/* Where a claimed frame's contents are copied from, or null: the entry is what was there so far. */
static int source(const struct right *r, uint64_t entry, const void **from) {
    *from = NULL;
    if (!(r->flags & EXO_COPIED))
        return 0;
    if (!(entry & ENTRY_PRESENT))
        return -E_NOT_FOUND;
    *from = entry_table(entry);
    return !DEFENDED(PT_COPY) || permits(r, exo_frame_mapped(entry), CAP_READ) ? 0 : -E_PERM;
}

/* A reference to the frame with this number for one more mapping, in place of this entry. A frame
 * that this call unmaps is free only after it: there it ends, and its caller goes on. */
static int take(uint64_t number, uint64_t entry, struct right *r, long *work) {
    struct exo_frame *f = exo_frame_at(number);
    const void *from;
    int error = source(r, entry, &from);
    if (error)
        return error;
    if (DEFENDED(PT_CLAIM) && (rights_of(r) & ~r->holder.rights))
        return -E_PERM;
    if (f && !f->references) {
        *work -= WORK_CLAIM;
        int foreign = exo_frame_claim(f, r->holder);
        if (foreign < 0)
            return foreign;
        if (foreign || (r->flags & (EXO_ZEROED | EXO_COPIED))) {
            exo_frame_fill(f, from);
            *work -= WORK_FILL;
        }
        return 0;
    }
    if (DEFENDED(PT_FREE) && (r->flags & PAGES_FREE))
        return -E_EXISTS;
    if (!f || !opens(r, f))
        return -E_PERM;
    return exo_frame_has_room(f, true, r->write) ? page_count_up(&f->references) : -E_SHARE;
}

/* The way of nearly all pages: entries from i on, below n, that are empty get frames that follow
 * each other and have the list that was opened last, as far as it is so. Where it ended. */
static unsigned share_run(const struct entries *l, unsigned i, unsigned n, uint64_t entry,
                          struct cap list) {
    struct exo_frame *f = exo_frame_mapped(entry);
    struct mapping *m = l->mapping + i;
    uint64_t *e = l->entry + i;
    const unsigned write = (entry & EXO_WRITE) / EXO_WRITE;
    uint32_t id = l->id + i;
    const uint32_t end = l->id + n;
    struct mapping *other =
        NULL; /* the one that the frame had before, which is often the next, too */
    for (uint32_t last = 0; id < end; id++, f++, m++, e++, entry += PAGE_SIZE) {
        uint32_t first = f->mapping, references = f->references + 1;
        if ((*e & ENTRY_PRESENT) || !cap_same(f->acl, list) || !references)
            break;
        f->references = references;
        m->both = first;
        if (first) {
            other = first == last + 1 && (uint64_t)++other % PAGE_SIZE ? other : mapping_of(first);
            other->previous = id;
        }
        last = first;
        f->mapping = id;
        (&f->readers)[write]++;
        *e = entry;
    }
    return id - l->id;
}
_Static_assert(offsetof(struct exo_frame, writers) == offsetof(struct exo_frame, readers) + 4,
               "share_run() counts either");

/* As many entries of the table as there is work and, where they are present, frames for. */
static unsigned most(const struct entries *l, vaddr_t at, uint64_t entry, long work) {
    uint64_t n = (l->end - at) / PAGE_SIZE, number = (entry & EXO_FRAME_OF) / PAGE_SIZE;
    if ((uint64_t)work / WORK_SHARE + 1 < n)
        n = (uint64_t)work / WORK_SHARE + 1;
    if ((entry & EXO_PRESENT) && number < info.frame_count && info.frame_count - number < n)
        n = info.frame_count - number;
    return (unsigned)n;
}

/* take() gave this error: what if the frame holds a block? A clean one that nobody maps gives way,
 * where a free frame was asked for. */
static __attribute__((noinline)) int take_block(uint64_t number, uint64_t entry, struct right *r,
                                                long *work, int error) {
    struct exo_frame *f = exo_frame_at(number);
    if (!f || !block_frame_is(f))
        return error;
    if (error == -E_EXISTS)
        return block_frame_give(f) ? take(number, entry, r, work) : error;
    return error == -E_PERM ? -E_BLOCK : error;
}

static long update_entries(struct space *s, struct right *r, vaddr_t at, uint64_t entry,
                           const struct entries *l, struct departures *d, long *work) {
    const uint64_t step = entry & EXO_PRESENT ? PAGE_SIZE : 0;
    unsigned n = most(l, at, entry, *work), i = 0;
    while (i<n && * work> 0) {
        uint64_t number = (entry & EXO_FRAME_OF) / PAGE_SIZE;
        if ((r->flags & EXO_ABSENT) && (l->entry[i] & ENTRY_PRESENT))
            return i ? (long)i : -E_EXISTS;
        if (step && !(r->flags & PAGES_FREE) && number < info.frame_count) {
            const struct exo_frame *f = &exo_frames[number];
            if (f->acl.valid && !cap_same(f->acl, r->allowed))
                opens(r, f);
            unsigned end = share_run(l, i, n, entry, r->allowed);
            s->account->pages += end - i;
            *work -= (long)(end - i) * WORK_SHARE;
            entry += (end - i) * step;
            number += end - i;
            if ((i = end) == n)
                break;
        }
        int error = step ? take(number, l->entry[i], r, work) : 0;
        if (error)
            error = take_block(number, l->entry[i], r, work, error);
        if (error)
            return i ? (long)i : error;
        if (l->entry[i] & ENTRY_PRESENT) {
            mapping_remove(s, l, i, at + i * PAGE_SIZE, 0, d);
            *work -= WORK_UNMAP;
        }
        if (step)
            mapping_add(s, l, i, &exo_frames[number], entry);
        else
            l->entry[i] = entry;
        i++;
        entry += step;
        *work -= WORK_PAGE;
    }
    return i;
}

/* The pages of one table, from `at` on; entry is the first one's. */
static long update_some(struct space *s, struct right *r, vaddr_t at, uint64_t entry,
                        const struct entries *l, struct departures *d, long *work) {
    long some = update_entries(s, r, at, entry, l, d, work);
    if (some > 0 && entry)
        table_holds(l->id, (unsigned)some);
    return some;
}

long pages_update(struct space *s, struct cap holder, const struct exo_pages *p, uint64_t skip,
                  long *work) {
    vaddr_t start = p->at & ~(uint64_t)PAGES_FLAGS, end = start + p->count * PAGE_SIZE;
    uint64_t entry = pages_entry_sanitised(p->entry);
    struct right r = {holder, no_list, entry & EXO_WRITE, p->at & PAGES_FLAGS, work};
    struct departures d;
    long done = 0, some = 0;
    if (!are_pages(start, p->count) || (DEFENDED(PT_EXECUTE) && !pages_entry_allowed(p->entry)))
        return -E_INVALID;
    if (entry & EXO_PRESENT) {
        /* Else the number would run over into the entry's other bits where it goes on. */
        if (DEFENDED(PT_RUN) && (entry & EXO_FRAME_OF) / PAGE_SIZE >= info.frame_count)
            return -E_PERM;
        entry += skip * PAGE_SIZE;
    }
    departures_begin(&d, s);
    for (vaddr_t at = start + skip * PAGE_SIZE; *work > 0 && some >= 0 && at < end;) {
        struct entries l = space_entries(s, at, end);
        some = 0;
        *work -= WORK_FIND;
        if (!l.entry && !entry) { /* nothing is mapped there, as was asked for */
            some = (long)((l.end - at) / PAGE_SIZE);
        } else if (!l.entry) {
            some = space_make_entries(s, at, end, &l);
            *work -= WORK_TABLE;
        }
        if (l.entry)
            some = update_some(s, &r, at, entry, &l, &d, work);
        if (some > 0) {
            at += (uint64_t)some * PAGE_SIZE;
            entry += entry & EXO_PRESENT ? (uint64_t)some * PAGE_SIZE : 0;
            done += some;
        }
    }
    departures_end(&d);
    return done ? done : some;
}

/* Whether the first of `count` entries may become writable, and those after it whose frames have
 * the same list; where that has limits it alone. */
static long admit(struct right *r, uint64_t entry, uint64_t *count) {
    const struct exo_frame *f = exo_frame_mapped(entry);
    if (!(entry & ENTRY_PRESENT) || (entry & EXO_WRITE) ||
        (cap_same(f->acl, r->allowed) && !f->limits))
        return 0;
    if (DEFENDED(PT_WRITE) && !opens(r, f))
        return -E_PERM;
    if (!exo_frame_has_room(f, false, true))
        return -E_SHARE;
    r->allowed = f->acl;
    *count = f->limits ? 1 : *count;
    return 0;
}

/* Changes `count` entries, and the books with their right to write, which they all get (`opening`)
 * or none; up to the first that cannot be, whose error is in *error, or whose frame has another
 * list than `allowed`; gives their number. */
static inline __attribute__((always_inline)) uint64_t protect_some(uint64_t *e, uint64_t count,
                                                                   const struct exo_protect *p,
                                                                   struct cap allowed, bool opening,
                                                                   long *error) {
    const uint64_t clear = p->clear, set = p->set;
    uint64_t i = 0;
    for (; i < count; i++) {
        uint64_t from = e[i], to = (from & ~clear) | set;
        if (!(from & ENTRY_PRESENT) || (opening && !(to & EXO_NO_EXEC)) ||
            !pages_entry_allowed(to)) {
            *error = from & ENTRY_PRESENT ? -E_INVALID : -E_NOT_FOUND;
            break;
        }
        if ((from ^ to) & EXO_WRITE) {
            struct exo_frame *f = exo_frame_mapped(from);
            if (opening && !cap_same(f->acl, allowed))
                break;
            f->writers += opening ? 1 : -1u;
            f->readers -= opening ? 1 : -1u;
        }
        e[i] = to;
    }
    return i;
}

long pages_protect(struct space *s, struct cap holder, const struct exo_protect *p, uint64_t skip,
                   long *work) {
    vaddr_t start = p->at + skip * PAGE_SIZE, at = start, end = p->at + p->count * PAGE_SIZE;
    struct right r = {.holder = holder, .allowed = no_list, .write = true, .work = work};
    const bool opening = p->set & EXO_WRITE;
    long error = 0;
    if (!are_pages(p->at, p->count) ||
        (DEFENDED(PT_BITS) && ((p->clear | p->set) & ~PAGES_CHANGEABLE)))
        return -E_INVALID;
    while (*work > 0 && !error && at < end) {
        struct entries l = space_entries(s, at, end);
        uint64_t count = (l.end - at) / PAGE_SIZE, most = (uint64_t)*work / WORK_PROTECT + 1;
        count = count < most ? count : most;
        error = l.entry ? 0 : -E_NOT_FOUND;
        if (l.entry && opening)
            error = admit(&r, *l.entry, &count);
        if (!error) {
            count = opening ? protect_some(l.entry, count, p, r.allowed, true, &error)
                            : protect_some(l.entry, count, p, r.allowed, false, &error);
            at += count * PAGE_SIZE;
        }
        if (acl_is_long(r.allowed)) /* it may have limits */
            r.allowed = no_list;
        *work -= WORK_FIND + (long)count * WORK_PROTECT;
    }
    uint64_t done = (at - start) / PAGE_SIZE;
    if (done == 1) /* half as long */
        page_flush(&s->table, start);
    else
        page_flush_range(&s->table, start, done);
    return done ? (long)done : error;
}
