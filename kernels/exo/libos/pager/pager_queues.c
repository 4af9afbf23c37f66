/* SPDX-License-Identifier: MIT */
/* pager_queues.c -- the policy of three queues: see pager.h. After Xok's ExOS and, before that,
 * Mach's. Pages come and go without a word, so what the queues have is compared with what the pager
 * has when a victim is wanted. */
#include "exo/libos/pager/pager.h"

static struct pager_queues *queues_of(const struct pager *p) {
    return p->policy;
}

static void move(struct pager_queues *q, uint32_t page, enum pager_queue_names to) {
    struct pager_link *l = &q->link[page];
    q->queue[l->queue].count--;
    *(l->older ? &q->link[l->older].newer : &q->queue[l->queue].oldest) = l->newer;
    *(l->newer ? &q->link[l->newer].older : &q->queue[l->queue].newest) = l->older;
    *l = (struct pager_link){.older = q->queue[to].newest, .queue = (uint8_t)to};
    *(l->older ? &q->link[l->older].newer : &q->queue[to].oldest) = page;
    q->queue[to].newest = page;
    q->queue[to].count++;
}

static uint64_t queued(const struct pager_queues *q) {
    return (uint64_t)q->queue[PAGER_ACTIVE].count + q->queue[PAGER_INACTIVE].count +
           q->queue[PAGER_FREEABLE].count;
}

/* At first all are in none. */
static void begin(struct pager_queues *q, uint64_t pages) {
    for (uint32_t page = 1; page <= pages; page++) {
        q->link[page] = (struct pager_link){q->queue[PAGER_QUEUES].newest, 0, PAGER_QUEUES};
        *(page > 1 ? &q->link[page - 1].newer : &q->queue[PAGER_QUEUES].oldest) = page;
        q->queue[PAGER_QUEUES].newest = page;
        q->queue[PAGER_QUEUES].count++;
    }
}

static void agree_on(const struct pager *p, struct pager_queues *q, uint64_t page) {
    bool is_queued = q->link[page + 1].queue != PAGER_QUEUES;
    if (pager_has(p, page) != is_queued)
        move(q, (uint32_t)page + 1, is_queued ? PAGER_QUEUES : PAGER_ACTIVE);
}

/* Each page that has a frame is in a queue, and no other. */
static void agree(const struct pager *p, struct pager_queues *q) {
    if (!queued(q) && !q->queue[PAGER_QUEUES].count)
        begin(q, p->pages);
    if (p->newest != PAGER_NONE)
        agree_on(p, q, p->newest);
    for (uint64_t page = 0; queued(q) != p->resident && page < p->pages; page++)
        agree_on(p, q, page);
}

/* Pages leave the active queue, unused from now on, while the inactive one is short of a third. */
static void deactivate(struct pager *p, struct pager_queues *q) {
    uint64_t first = 0, count = 0;
    while (q->queue[PAGER_ACTIVE].count && q->queue[PAGER_INACTIVE].count < p->resident / 3 + 1) {
        uint32_t page = q->queue[PAGER_ACTIVE].oldest;
        if (count && page - 1 != first + count) {
            pager_unuse(p, first, count);
            count = 0;
        }
        first = count ? first : page - 1;
        count++;
        move(q, page, PAGER_INACTIVE);
    }
    if (count)
        pager_unuse(p, first, count);
}

/* Of inactive pages those that were used are active again; of the others some may go: what was
 * written of these is written out. False: that failed. */
static bool refill(struct pager *p, struct pager_queues *q) {
    uint64_t written[PAGER_BATCH];
    unsigned count = 0;
    deactivate(p, q);
    for (uint32_t looks = q->queue[PAGER_INACTIVE].count;
         looks && count < PAGER_BATCH && q->queue[PAGER_FREEABLE].count < PAGER_BATCH; looks--) {
        uint32_t page = q->queue[PAGER_INACTIVE].oldest;
        bool is_used = pager_used(p, page - 1);
        move(q, page, is_used ? PAGER_ACTIVE : PAGER_FREEABLE);
        if (!is_used && pager_written(p, page - 1))
            written[count++] = page - 1;
    }
    return !count || pager_clean(p, written, count);
}

uint64_t pager_queues_victim(struct pager *p) {
    enum { ROUNDS = 8 };
    struct pager_queues *q = queues_of(p);
    agree(p, q);
    for (unsigned round = 0; round < ROUNDS; round++) {
        uint32_t page;
        while ((page = q->queue[PAGER_FREEABLE].oldest)) {
            bool is_used = pager_used(p, page - 1);
            move(q, page, is_used ? PAGER_ACTIVE : PAGER_QUEUES);
            if (!is_used)
                return page - 1;
        }
        if (!refill(p, q))
            return PAGER_NONE;
    }
    return pager_clock(p); /* all of them are used, again and again */
}
