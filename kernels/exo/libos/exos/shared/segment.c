/* SPDX-License-Identifier: MIT */
/* segment.c -- see segment.h. The table of segments is a page that all processes have, with a lock
 * that outlives its holders; what of an entry is valid, live processes alone say. So who is killed
 * anywhere in here spoils nothing. Who writes nonsense into the table makes others share wrong
 * pages, but none that the capability of this ExOS does not open. */
#include "exo/libos/exos/shared/segment.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/lock.h"
#include "exo/libos/exos/process/process.h"
#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/stubs.h"
#include "lib/error.h"
#include "lib/string.h"

#define DATA (EXO_WRITE | EXO_NO_EXEC | EXOS_SHARED)

struct segment {
    uint64_t key;
    uint32_t pages;
    uint32_t frame[SEGMENT_PAGES];
};
struct segments {
    struct lock lock;
    struct segment segment[SEGMENTS];
};
_Static_assert(sizeof(struct segments) <= PAGE, "one page");

static struct segments *const table = (struct segments *)EXOS_SEGMENTS;

/* Whether a process beside `self` has it, whose frames are then the segment's. */
static bool is_there(unsigned n, const struct process *self) {
    for (const struct process *p = PROCESS_FIRST; p < PROCESS_END; p++)
        if (p != self && p->state == PROCESS_RUNS && (p->segments >> n & 1) &&
            !process_has_ended(p))
            return true;
    return false;
}

/* SEGMENTS: there is none. */
static unsigned find(uint64_t key) {
    unsigned n = 0;
    while (n < SEGMENTS && !(table->segment[n].key == key && is_there(n, 0)))
        n++;
    return n;
}

static long make(struct process *self, uint64_t key, uint64_t at, uint64_t pages) {
    unsigned n = 0;
    while (n < SEGMENTS && is_there(n, 0))
        n++;
    if (n == SEGMENTS)
        return -E_FULL;
    long error = frames_map(0, 0, 0, at, pages, DATA);
    if (error)
        return error;
    struct segment *s = &table->segment[n];
    *s = (struct segment){.key = key, .pages = (uint32_t)pages};
    for (uint64_t i = 0; i < pages; i++)
        s->frame[i] = (uint32_t)((exposed_entry(at + i * PAGE) & EXO_FRAME_OF) >> 12);
    memset((void *)at, 0, pages * PAGE);
    self->segments |= 1ul << n; /* and now it is there */
    return 0;
}

/* The last one who had it may end meanwhile, and its frames be anybody's: then it was not there. */
static long join(struct process *self, unsigned n, uint64_t at, uint64_t pages) {
    const struct segment *s = &table->segment[n];
    long error = pages > SEGMENT_PAGES || pages > s->pages ? -E_INVALID : 0;
    for (uint64_t i = 0; !error && i < pages; i++) {
        const struct exo_pages one = {at + i * PAGE,
                                      (uint64_t)s->frame[i] << 12 | DATA | EXO_PRESENT, 1};
        long done = exo_page_update(0, 0, 0, &one, 1, 0);
        error = done < 0 ? done : 0;
    }
    if (!error && is_there(n, self)) {
        self->segments |= 1ul << n;
        return 0;
    }
    exos_unmap(at, pages);
    return error ? error : -E_NOT_FOUND;
}

long exos_segment(uint64_t key, uint64_t at, uint64_t pages, unsigned how) {
    struct process *self = process_self();
    if (!self || !pages || pages > SEGMENT_PAGES)
        return -E_INVALID;
    exos_own()->held++;
    lock_take(&table->lock);
    unsigned n = find(key);
    long error = -E_NOT_FOUND;
    if (n < SEGMENTS)
        error = how & EXOS_EXCLUSIVE ? -E_EXISTS : join(self, n, at, pages);
    if (error == -E_NOT_FOUND && (how & EXOS_CREATE))
        error = make(self, key, at, pages);
    lock_give(&table->lock);
    exos_own()->held--;
    return error;
}

long exos_segment_leave(uint64_t key, uint64_t at) {
    struct process *self = process_self();
    exos_own()->held++;
    lock_take(&table->lock);
    unsigned n = find(key);
    bool had = self && n < SEGMENTS && (self->segments >> n & 1);
    if (had) {
        self->segments &= ~(1ul << n);
        exos_unmap(at, table->segment[n].pages % (SEGMENT_PAGES + 1));
    }
    lock_give(&table->lock);
    exos_own()->held--;
    return had ? 0 : -E_NOT_FOUND;
}
