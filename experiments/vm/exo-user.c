/* SPDX-License-Identifier: MIT */
/* exo-user.c -- the same by the application's own trap handler and its own page tables: no fault is
 * the kernel's business, and a change of pages is a call with a vector. */
#include "../exo-client.h"
#include "touch.h"

#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/stubs.h"
#include "exo/libos/upcall/upcall_handle.h"
#include "measure/bench.h"

enum { PAGE = 4096 };
#define AT  0x510000000000ul
#define OWN 0 /* the slot of the right to the frames */

static volatile char *open_page;

static volatile char *page(unsigned n) {
    return (volatile char *)AT + (uint64_t)n * PAGE;
}

static void must(long done, long wanted) {
    if (done != wanted)
        __builtin_trap();
}

static void protect(volatile char *at, uint64_t pages, uint64_t clear, uint64_t set) {
    const struct exo_protect p = {(uint64_t)at, pages, clear, set};
    must(exo_page_protect(0, 0, OWN, &p, 1, 0), (long)pages);
}

static void close_pages(unsigned first, unsigned pages) {
    protect(page(first), pages, EXO_WRITE, 0);
}

static void open_pages(unsigned first, unsigned pages) {
    protect(page(first), pages, 0, EXO_WRITE);
}

/* Maps PAGES frames that follow each other. */
static void map_all(uint64_t at, uint64_t frame) {
    const struct exo_pages p = {at, frame << 12 | EXO_PRESENT | EXO_WRITE | EXO_NO_EXEC, PAGES};
    for (uint64_t done = 0; done < PAGES;) {
        long some = exo_page_update(0, 0, OWN, &p, 1, done);
        must(some > 0, true);
        done += (uint64_t)some;
    }
}

/* The pages, each with a frame of its own and writable. */
static void prepare(upcall_fn *handler) {
    if (!exposed_entry(AT))
        map_all(AT, frames_pick_run(PAGES));
    open_pages(0, PAGES);
    for (unsigned n = 0; n < PAGES; n++)
        *page(n) = 1;
    open_page = page(0);
    upcall_handle(handler);
}

static void step_over(struct upcall_state *s) {
    s->rax = bench_end();
    s->trap.rip += TOUCH_BYTES;
}

static volatile char *page_of(const struct upcall_state *s) {
    return (volatile char *)(s->trap.address & -(uint64_t)PAGE);
}

static void open_it(struct upcall_state *s) {
    protect(page_of(s), 1, 0, EXO_WRITE);
}

static void exchange(struct upcall_state *s) {
    const struct exo_protect p[] = {{(uint64_t)page_of(s), 1, 0, EXO_WRITE},
                                    {(uint64_t)open_page, 1, EXO_WRITE, 0}};
    must(exo_page_protect(0, 0, OWN, p, 2, 0), 2);
    open_page = page_of(s);
}

BENCH(dirty, "vm/dirty") {
    prepare(0);
    while (bench_next(b)) {
        bench_start(b);
        bool dirty = *(const volatile uint64_t *)entry_at(AT) & EXO_DIRTY;
        bench_stop(b);
        must(dirty, true);
    }
}

BENCH(trap, "vm/trap") {
    prepare(step_over);
    close_pages(0, 1);
    while (bench_next(b)) {
        bench_start(b);
        uint64_t end = touch(page(0));
        bench_stop_at(b, end);
    }
    prepare(0);
}

BENCH(fault, "vm/fault") {
    prepare(open_it);
    while (bench_next(b)) {
        close_pages(0, 1);
        bench_start(b);
        touch(page(0));
        bench_stop(b);
    }
    prepare(0);
}

BENCH(prot1, "vm/prot1") {
    prepare(0);
    while (bench_next(b)) {
        bench_start(b);
        close_pages(0, 1);
        bench_stop(b);
        open_pages(0, 1);
        touch(page(0));
    }
}

BENCH(prot100, "vm/prot100") {
    while (bench_next(b)) {
        prepare(0);
        bench_start(b);
        close_pages(0, PAGES);
        bench_stop(b);
    }
    prepare(0);
}

BENCH(unprot100, "vm/unprot100") {
    while (bench_next(b)) {
        prepare(0);
        close_pages(0, PAGES);
        bench_start(b);
        open_pages(0, PAGES);
        bench_stop(b);
    }
    prepare(0);
}

BENCH(appel1, "vm/appel1") {
    unsigned n = 0;
    prepare(exchange);
    close_pages(1, PAGES - 1);
    while (bench_next(b)) {
        n = n % (PAGES - 1) + 1;
        volatile char *at = page(touch_order(n));
        bench_start(b);
        touch(at);
        bench_stop(b);
    }
    prepare(0);
}

static void protect_and_touch(unsigned touched) {
    close_pages(0, PAGES);
    for (unsigned n = 0; n < touched; n++)
        touch(page(touch_order(n)));
}

BENCH(appel2, "vm/appel2") {
    prepare(open_it);
    while (bench_next(b)) {
        bench_start(b), bench_stop(b);
        bench_start(b), protect_and_touch(PAGES), bench_stop(b);
        bench_difference(b, PAGES);
    }
    prepare(0);
}

BENCH(map100, "vm/map100") {
    const uint64_t there = AT + 1024ul * PAGE;
    prepare(0);
    const struct exo_pages p = {
        there, (exposed_entry(AT) & EXO_FRAME_OF) | EXO_PRESENT | EXO_WRITE | EXO_NO_EXEC, PAGES};
    const struct exo_pages none = {there, 0, PAGES};
    const struct exo_pages table = {there, 1ul << 9, 1}; /* a bit of ours: now there is a table */
    must(exo_page_update(0, 0, OWN, &table, 1, 0), 1);
    while (bench_next(b)) {
        bench_start(b);
        long done = exo_page_update(0, 0, OWN, &p, 1, 0);
        bench_stop(b);
        must(done, PAGES);
        for (uint64_t gone = 0; gone < PAGES;)
            gone += (uint64_t)exo_page_update(0, 0, OWN, &none, 1, gone);
    }
}

BENCH(anonymous_fault, "vm/anonymous_fault") {
    exos_time(b, EXOS_ANONYMOUS_FAULT, 0, 0);
}

BENCH(cow_fault, "vm/cow_fault") {
    exos_time(b, EXOS_COW_FAULT, 0, 0);
}

BENCH(cow_foreign, "vm/cow_fault/frame:foreign") {
    exos_time(b, EXOS_COW_FAULT, 1, 0);
}
