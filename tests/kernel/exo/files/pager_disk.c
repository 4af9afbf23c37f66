/* SPDX-License-Identifier: MIT */
/* pager_disk.c -- memory larger than its frames, whose pages go to a disk. */
#include "files_cases.h"

#include "exo/libos/disk/disk_await.h"
#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/own.h"
#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/pager/pager_disk.h"
#include "exo/libos/revoke.h"
#include "exo/libos/stubs.h"
#include "exo/libos/yield.h"
#include "lib/error.h"

#define AREA     0x600000000000ul
#define LINKS_AT 0x610000000000ul
#define PAGES    192ul
#define MOST     96ul
#define LEFT     500 /* frames that others have in the machine that is filled */

static struct pager_disk disk;
static struct pager_queues queues;
static struct pager_link links[PAGES + 1];
static struct pager p = {.at = AREA, .backing = &pager_disk, .kept = &disk, .policy = &queues};
/* What changes in a fault. */
static const volatile struct pager *const now = &p;
static uint64_t order[4 * PAGES];
static volatile uint64_t orders;
static pager_victim_fn *asked;

static volatile uint64_t *words(uint64_t page) {
    return (volatile uint64_t *)(AREA + page * PAGE);
}

/* All of a page's bytes say which page, which round, and where in it. */
static void fill(uint64_t page, uint64_t round) {
    for (uint64_t i = 0; i < PAGE / 8; i++)
        words(page)[i] = page << 32 | round << 16 | i;
}

static bool holds(uint64_t page, uint64_t round) {
    for (uint64_t i = 0; i < PAGE / 8; i++)
        if (words(page)[i] != (page << 32 | round << 16 | i))
            return false;
    return true;
}

static uint64_t note(struct pager *of) {
    uint64_t victim = asked(of);
    if (orders < sizeof order / sizeof order[0])
        order[orders] = victim;
    orders++;
    return victim;
}

static bool begin(pager_victim_fn *victim, uint64_t pages, uint64_t most, struct pager_link *link) {
    queues = (struct pager_queues){.link = link};
    for (uint64_t i = 0; i <= pages; i++)
        link[i] = (struct pager_link){0};
    p.pages = pages;
    p.limit = most;
    asked = victim;
    orders = 0;
    p.victim = note;
    return !pager_disk_open(&disk, files_argument, (uint32_t)pages) && !pager_begin(&p);
}

static void end(void) {
    pager_end(&p);
    pager_disk_close(&disk);
}

/* Written and read again from end to end. */
static uint64_t twice(uint64_t pages, uint64_t most) {
    for (uint64_t round = 0; round < 3; round++)
        for (uint64_t i = 0; i < pages; i++) {
            MUST(!round || holds(i, round - 1));
            fill(i, round);
            MUST(now->resident <= most);
        }
    for (uint64_t i = 0; i < pages; i++)
        MUST(holds(i, 2));
    MUST(now->faults >= 3 * (pages - most) && now->outs && now->ins);
    return 0;
}

/* The same order of reading, with one of 8 pages that are used all the time: who sees that they are
 * does not name them. */
static uint64_t hot(uint64_t *named) {
    *named = 0;
    orders = 0;
    for (unsigned round = 0; round < 3; round++)
        for (uint64_t i = 8; i < PAGES; i++) {
            MUST(holds(i, 2) && holds(i % 8, 2));
        }
    for (uint64_t i = 0; i < orders && i < 4 * PAGES; i++)
        *named += order[i] < 8;
    return 0;
}

uint64_t case_pager_disk(void) {
    static uint64_t newest[64];
    uint64_t line, by_newest, by_queues;
    MUST(begin(pager_newest, PAGES, MOST, links));
    if ((line = twice(PAGES, MOST)) || (line = hot(&by_newest)))
        return line;
    for (unsigned i = 0; i < 64; i++)
        newest[i] = order[i];
    end();
    MUST(begin(pager_queues_victim, PAGES, MOST, links));
    uint64_t calls = now->calls;
    if ((line = twice(PAGES, MOST)) || (line = hot(&by_queues)))
        return line;
    unsigned same = 0;
    for (unsigned i = 0; i < 64; i++)
        same += newest[i] == order[i];
    MUST(same < 16 && by_queues <= by_newest && now->calls > calls);
    /* Each page that has a frame is in a queue. */
    MUST(queues.queue[PAGER_ACTIVE].count + queues.queue[PAGER_INACTIVE].count +
             queues.queue[PAGER_FREEABLE].count + 1 >=
         now->resident);
    /* Fewer frames, all bytes; then those that were clean cost no write. */
    MUST(pager_limit(&p, 8) && p.resident == 8 && pager_limit(&p, MOST));
    for (uint64_t i = 0; i < PAGES; i++)
        MUST(holds(i, 2));
    uint64_t outs = now->outs;
    for (uint64_t i = 0; i < PAGES; i++)
        MUST(holds(i, 2));
    MUST(p.outs == outs);
    uint64_t node = disk.node;
    struct exo_pxn of;
    end();
    MUST(!(exposed_entry(AREA) & EXO_PRESENT) && exo_pxn_read(node, &of) == -E_DEAD);
    return 0;
}

/* All frames of the machine but a few, and twice as much memory as these. */
uint64_t case_pager_full(void) {
    uint64_t most = frames_free() - LEFT, pages = 2 * most;
    uint64_t size = (pages + 1) * sizeof(struct pager_link);
    MUST(!frames_map(0, 0, 0, LINKS_AT, (size + PAGE - 1) / PAGE, EXO_WRITE | EXO_NO_EXEC));
    most -= size / PAGE + 2 * most / 512;
    MUST(begin(pager_queues_victim, pages, most, (struct pager_link *)LINKS_AT));
    uint64_t line = twice(pages, most);
    MUST(line || frames_free() < LEFT + 200);
    if (!line)
        end();
    return line;
}

/* The frame of a node whose maker is dead is free when its place is wanted. */
static void want_places(void) {
    const struct cap own = *(const struct cap *)&exposed_frame(frame_at(&p))->acl;
    long id[4];
    for (unsigned i = 0; i < 4; i++)
        id[i] = exo_pxn_make(0, 0, 0, &own, 1);
    for (unsigned i = 0; i < 4; i++)
        exo_pxn_remove(0, (uint64_t)id[i]);
}

/* Two processes at once; one is killed: its blocks are the next one's. */
uint64_t case_pager_ends(void) {
    struct exos_end how;
    struct exo_pxn of;
    long child[2];
    for (unsigned i = 0; i < 2; i++) {
        child[i] = exos_fork();
        if (!child[i]) {
            if (!begin(pager_clock, PAGES, MOST, links) || twice(PAGES, MOST))
                exos_exit(1);
            for (;;)
                exo_env_yield(0);
        }
        MUST(child[i] > 0);
    }
    uint32_t first[2] = {0}, n = 0;
    for (unsigned i = 0; i < 2000; i++) /* they page against each other */
        exo_env_yield(exos_env((uint64_t)child[i % 2]));
    for (uint64_t place = 0; place < EXO_PXNS && n < 2; place++)
        if (!exo_pxn_read(place, &of) && of.parent == files_argument)
            first[n++] = of.extent[0].block;
    MUST(n == 2 && (first[0] + PAGES <= first[1] || first[1] + PAGES <= first[0]));
    for (unsigned i = 0; i < 2; i++)
        MUST(exos_kill((uint64_t)child[i]) == 0);
    while (exos_wait(&how) > 0)
        MUST(how.killed);
    MUST(begin(pager_clock, PAGES, MOST, links));
    MUST(disk.first == (first[0] < first[1] ? first[0] : first[1]));
    /* A child has what has a frame, and a touch of the rest ends it; its parent loses nothing. */
    for (uint64_t i = 0; i < PAGES; i++)
        fill(i, 7);
    uint64_t there = now->newest;
    long pid = exos_fork();
    if (!pid) {
        uint64_t wrong = 0;
        for (uint64_t i = 0; i < PAGES; i++)
            wrong += pager_has(&p, i) && !holds(i, 7);
        fill(there, 8);
        exos_exit(wrong + !holds(there, 8));
    }
    for (uint64_t i = 0; i < PAGES / 2; i++) /* into frames that the child has, too */
        MUST(holds(i, 7));
    MUST(exos_wait(&how) == pid && !how.killed && how.status == 0);
    exos_env_flags = EXO_FAULT_EXPECTED;
    pid = exos_fork();
    if (!pid) {
        for (uint64_t i = 0; i < PAGES; i++)
            fill(i, 9);
        exos_exit(0);
    }
    for (uint64_t i = 0; i < PAGES; i++)
        MUST(holds(i, 7));
    MUST(exos_wait(&how) == pid && how.killed);
    for (uint64_t i = 0; i < PAGES; i++)
        MUST(holds(i, 7));
    end();
    want_places();
    return 0;
}

/* Pages are asked back while it works on them: they go to the disk. */
uint64_t case_pager_asked(void) {
    enum { LIMIT = PAGES - 8 };
    MUST(begin(pager_queues_victim, PAGES, LIMIT, links));
    revoke_handle(pager_give, pager_lost);
    for (uint64_t i = 0; i < PAGES; i++)
        fill(i, 1);
    for (unsigned round = 0; now->limit == LIMIT && round < 10000; round++)
        for (uint64_t i = 0; i < PAGES; i++)
            MUST(holds(i, 1));
    MUST(now->limit <= LIMIT - FILES_ASKED && uarea->lost_count == 0);
    uint64_t outs = now->outs;
    for (uint64_t i = 0; i < PAGES; i++)
        MUST(holds(i, 1));
    MUST(now->resident <= now->limit && outs);
    return 0;
}
