/* SPDX-License-Identifier: MIT */
/* exo-server.c -- the process of ExOS that has the heap, the cache and the database. */
#include "exo-paging.h"
#include "workload.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/pager/pager.h"
#include "exo/libos/exos/own.h"
#include "exo/libos/exposed.h"
#include "exo/libos/stubs.h"
#include "exo/libos/ipc/transfer.h"
#include "measure/bench.h"
#include "user/program.h"

#define HEAP 0x600000000000ul
#define AREA 0x600040000000ul
#define SWAP 0x600080000000ul

static void must(bool so) {
    if (!so)
        __builtin_trap();
}

static uint64_t faults, calls, sample;
static struct bench bracket = {.batch = 1, .samples = &sample};

static void begin(void) {
    faults = calls = 0;
    bracket.taken = 0;
    bench_start(&bracket);
}

static void end(void) {
    bench_stop(&bracket);
}

/* --- A collector that wants to know which pages were written --- */

static uint8_t written[GC_PAGES];

static void change(uint64_t page, uint64_t count, uint64_t clear, uint64_t set) {
    const struct exo_protect p = {HEAP + page * PAGE, count, clear, set};
    for (uint64_t done = 0; done < count; calls++) {
        long some = exo_page_protect(0, 0, 0, &p, 1, done);
        must(some > 0);
        done += (uint64_t)some;
    }
}

/* The write barrier: the page is noted and opened. */
static void barrier(struct upcall_state *s) {
    uint64_t page = (s->trap.address - HEAP) / PAGE;
    must(page < GC_PAGES);
    faults++;
    written[page] = 1;
    change(page, 1, 0, EXO_WRITE);
}

static void mutate(void) {
    for (uint64_t n = 0; n < GC_PAGES; n += GC_EVERY)
        *(volatile uint64_t *)(HEAP + n * PAGE) = n;
}

static void by_protection(void) {
    begin();
    change(0, GC_PAGES, EXO_WRITE, 0);
    mutate();
    end();
    uint64_t count = calls; /* without the next */
    change(0, GC_PAGES, 0, EXO_WRITE);
    calls = count;
}

static void by_dirty_bits(void) {
    begin();
    change(0, GC_PAGES, EXO_DIRTY, 0);
    mutate();
    const volatile uint64_t *entry = (const volatile uint64_t *)entry_at(HEAP);
    for (uint64_t n = 0; n < GC_PAGES; n++)
        written[n] = (entry[n] & EXO_DIRTY) != 0;
    end();
}

static void gc_traps(bool own) {
    if (!exposed_entry(HEAP)) {
        must(!exos_map_zero(HEAP, GC_PAGES, EXO_WRITE | EXO_NO_EXEC));
        for (uint64_t n = 0; n < GC_PAGES; n++)
            *(volatile uint64_t *)(HEAP + n * PAGE) = 1;
        exos_on_trap(barrier);
    }
    for (uint64_t n = 0; n < GC_PAGES; n++)
        written[n] = 0;
    if (own)
        by_dirty_bits();
    else
        by_protection();
    for (uint64_t n = 0; n < GC_PAGES; n++)
        must(written[n] == (n % GC_EVERY == 0));
}

/* --- Memory larger than its frames --- */

static volatile uint64_t *word(uint64_t page) {
    return (volatile uint64_t *)(AREA + page * PAGE);
}

/* Each page was written once, and says its number. */
static void prepare(struct pager *p) {
    must(!pager_begin(p));
    for (uint64_t n = 0; n < p->pages; n++)
        *word(n) = n;
    p->faults = p->calls = 0;
}

static void tell(struct pager *p) {
    faults = p->faults;
    calls = p->calls;
    pager_end(p);
}

static void cache_scan(bool own) {
    static struct pager p = {.at = AREA, .swap = SWAP, .pages = SCAN_PAGES, .limit = SCAN_FRAMES};
    uint64_t sum = 0;
    p.victim = own ? pager_newest : pager_clock;
    prepare(&p);
    begin();
    for (unsigned pass = 0; pass < SCAN_PASSES; pass++)
        for (uint64_t n = 0; n < SCAN_PAGES; n++)
            sum += *word(n);
    end();
    must(sum == (uint64_t)SCAN_PASSES * SCAN_PAGES * (SCAN_PAGES - 1) / 2);
    tell(&p);
}

/* The index stays; of the table the page that was read longest ago goes, which the scan meets next
 * but one round later. */
static uint64_t table_first(struct pager *p) {
    for (uint64_t n = 0; n < DATABASE_PAGES - DATABASE_INDEX; n++) {
        if (p->hand < DATABASE_INDEX || p->hand >= DATABASE_PAGES)
            p->hand = DATABASE_INDEX;
        uint64_t page = p->hand++;
        if (pager_has(p, page))
            return page;
    }
    return pager_clock(p);
}

static void database(bool own) {
    static struct pager p = {
        .at = AREA, .swap = SWAP, .pages = DATABASE_PAGES, .limit = DATABASE_FRAMES};
    uint32_t state = 1;
    uint64_t at = DATABASE_INDEX;
    p.victim = own ? table_first : pager_clock;
    prepare(&p);
    begin();
    for (unsigned round = 0; round < DATABASE_ROUNDS; round++) {
        for (unsigned n = 0; n < DATABASE_LOOKUPS; n++) {
            uint64_t page = database_next(&state);
            must(*word(page) == page);
        }
        for (unsigned n = 0; n < DATABASE_SCAN; n++, at++) {
            if (at == DATABASE_PAGES)
                at = DATABASE_INDEX;
            must(*word(at) == at);
        }
    }
    end();
    tell(&p);
}

static void answer(struct message *m) {
    bool own = m->word[1];
    switch (m->word[0]) {
    case PAGING_GC_TRAPS:
        gc_traps(own);
        break;
    case PAGING_CACHE_SCAN:
        cache_scan(own);
        break;
    case PAGING_DATABASE:
        database(own);
        break;
    default:
        must(false);
    }
    m->word[0] = sample;
    m->word[1] = faults;
    m->word[2] = calls;
}

uint64_t program_main(uint64_t a, uint64_t b, const char *words) {
    (void)a, (void)b, (void)words;
    must(!exos_begin());
    transfer_serve(answer);
    return 0;
}
