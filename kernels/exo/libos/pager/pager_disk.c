/* SPDX-License-Identifier: MIT */
/* pager_disk.c -- see pager_disk.h. */
#include "exo/libos/pager/pager_disk.h"

#include "exo/defence.h"
#include "exo/libos/disk/disk_await.h"
#include "exo/libos/exos/memory/watch.h"
#include "exo/libos/exos/own.h"
#include "lib/error.h"
#include "lib/string.h"

/* The ends of requests, in a page that no child shares. */
static volatile uint64_t ends[PAGE / 8] __attribute__((aligned(4096)));

/* --- The extent --- */

/* What others have of the area, except the node `self`. How many. */
static unsigned others(uint64_t area, uint64_t self, struct exo_extent used[EXO_PXNS]) {
    struct exo_pxn node = {0};
    unsigned n = 0;
    for (uint64_t place = 0; place < EXO_PXNS; place++)
        if (!exo_pxn_read(place, &node) && node.parent == area && node.id != self && node.extents)
            used[n++] = node.extent[0];
    return n;
}

static bool overlap(struct exo_extent a, struct exo_extent b) {
    return a.block < b.block + (uint64_t)b.count && b.block < a.block + (uint64_t)a.count;
}

/* So many blocks that none of these has, in `in`, or count 0. */
static struct exo_extent find(struct exo_extent in, const struct exo_extent *used, unsigned n,
                              uint32_t pages) {
    struct exo_extent e = {in.block, pages};
    for (unsigned i = 0; i < n; i++)
        if (overlap(e, used[i])) {
            e.block = used[i].block + used[i].count;
            i = -1u; /* from the first again */
        }
    if (e.block - in.block > in.count || in.count - (e.block - in.block) < pages)
        e.count = 0;
    return e;
}

static bool is_alone(uint64_t area, uint64_t self, struct exo_extent e,
                     struct exo_extent used[EXO_PXNS]) {
    unsigned n = others(area, self, used), i = 0;
    while (i < n && !overlap(used[i], e))
        i++;
    return i == n;
}

/* Nothing excludes two that take the same blocks at once: so who has taken some looks again, and
 * gives them up if he is not alone. Of two the later one at least sees the other. */
static long try_once(struct pager_disk *d, uint64_t area, struct exo_extent in, uint32_t pages) {
    static struct exo_extent used[EXO_PXNS];
    const struct exo_extent e = find(in, used, others(area, 0, used), pages);
    struct cap own = *(const struct cap *)&exposed_frame(frame_at(ends))->acl;
    if (!e.count)
        return -E_FULL;
    long node = exo_pxn_make(0, area, 0, &own, 1);
    if (node < 0)
        return node;
    long error = exo_pxn_change(0, (uint64_t)node, EXO_PXN_ADD, e.block, e.count, 0);
    if (!error && !is_alone(area, (uint64_t)node, e, used))
        error = -E_BUSY;
    if (error) {
        exo_pxn_remove(0, (uint64_t)node);
        return error;
    }
    d->node = (uint64_t)node;
    d->first = e.block;
    return 0;
}

long pager_disk_open(struct pager_disk *d, uint64_t area, uint32_t pages) {
    enum { TRIES = 100 };
    struct exo_pxn of = {0};
    long error = exo_pxn_read(area, &of);
    if (error || of.extents != 1 || !pages)
        return error ? error : -E_INVALID;
    *d = (struct pager_disk){.disk = of.disk, .owner = (uint64_t)exo_env_self()};
    watch((uint64_t)ends);
    for (unsigned i = 0; i < TRIES; i++) {
        error = try_once(d, area, of.extent[0], pages);
        if (error != -E_BUSY)
            return error;
        for (uint64_t n = d->owner % 7; n; n--) /* two do not meet again and again */
            exo_env_yield(0);
    }
    return -E_BUSY;
}

void pager_disk_close(struct pager_disk *d) {
    exo_pxn_remove(0, d->node);
    d->node = 0;
}

/* --- Pages --- */

/* A child has its parent's pagers, and none of the parent's blocks. */
static bool is_own(const struct pager_disk *d) {
    return d->owner == (uint64_t)exo_env_self() || !DEFENDED(PAGER_OWNER);
}

/* A request begins; its end is told in ends[n]. */
static bool begin(const struct pager_disk *d, enum exo_disk_operation what, uint64_t page,
                  const uint32_t *frames, unsigned count, unsigned n) {
    uint64_t how = EXO_DISK_HOW(what, d->disk, 0, 0);
    long error;
    ends[n] = 0;
    do {
        error =
            exo_pxn_request(how, d->first + (uint32_t)page, count,
                            count == 1 ? frames[0] : (uint64_t)frames, word_at(&ends[n]), d->node);
        if ((error == -E_FULL || error == -E_QUOTA) && exo_disk_wait(d->disk) == -E_AGAIN)
            exo_env_yield(0);
    } while (error == -E_FULL || error == -E_QUOTA);
    return !error;
}

static void sort(uint64_t *pages, unsigned count) {
    for (unsigned i = 1; i < count; i++)
        for (unsigned k = i; k && pages[k - 1] > pages[k]; k--) {
            uint64_t page = pages[k];
            pages[k] = pages[k - 1];
            pages[k - 1] = page;
        }
}

/* Pages that follow each other are one request; all of them are under way together. */
static bool out(struct pager *p, const uint64_t *pages, unsigned count) {
    const struct pager_disk *d = p->kept;
    uint64_t sorted[PAGER_BATCH];
    uint32_t frames[PAGER_BATCH];
    unsigned begun = 0;
    bool good = is_own(d);
    memcpy(sorted, pages, count * sizeof *pages);
    sort(sorted, count);
    for (unsigned i = 0; i < count && good;) {
        unsigned n = 0;
        for (; i + n < count && sorted[i + n] == sorted[i] + n; n++)
            frames[i + n] = (uint32_t)frame_at((void *)(p->at + sorted[i + n] * PAGE));
        good = begin(d, EXO_DISK_WRITE, sorted[i], &frames[i], n, begun);
        begun += good;
        i += n;
    }
    for (unsigned n = 0; n < begun; n++)
        good &= disk_await(d->disk, &ends[n]) == EXO_DISK_DONE;
    return good;
}

/* The device writes past the page's entry: so the page gets a frame of its own by a store before,
 * where a child still shares that. */
static bool in(struct pager *p, uint64_t page, uint64_t at) {
    const struct pager_disk *d = p->kept;
    if (!is_own(d))
        return false;
    if (DEFENDED(PAGER_FRAME))
        *(volatile char *)at = 0;
    const uint32_t frame = (uint32_t)frame_at((void *)at);
    return begin(d, EXO_DISK_READ, page, &frame, 1, 0) &&
           disk_await(d->disk, &ends[0]) == EXO_DISK_DONE;
}

const struct pager_backing pager_disk = {out, in};
