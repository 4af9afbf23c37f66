/* SPDX-License-Identifier: MIT */
/* spin.c -- what the collector of shared objects costs whoever allocates: an increment, the longest
 * of a whole cycle, and an allocation with its share of the cycles, at heaps of several sizes. The
 * heap is one of the experiment's own, of cells. */
#include "machine/memory/heap.h"
#include "machine/report/panic.h"
#include "measure/bench.h"
#include "spin/runtime/cell.h"
#include "spin/runtime/object_page.h"
#include "spin/runtime/collector.h"

static void *page_alloc(void) {
    return heap_alloc(COLLECTOR_PAGE);
}

static void page_free(void *page) {
    heap_free(page, COLLECTOR_PAGE);
}

/* Nobody else comes in. */
static void nothing(void) {
}

static const struct collector_hooks hooks = {page_alloc, page_free, nothing, nothing};
static struct collected_type type = {
    .name = "cell",
    .bytes = sizeof(struct cell),
    .references = 2,
    .offset = {offsetof(struct cell, left), offsetof(struct cell, right)}};
static struct collector heap;
static struct collector_account account;
static struct cell *live; /* the last of them, which leads to all others */

/* No cycle begins by itself before the heap has so many pages. */
static struct cell *cell_make(void) {
    struct cell *c = collector_new(&heap, &type, &account);
    if (!c)
        panic("collector: no memory for a cell");
    return c;
}

static void drop(struct cell *c) {
    collector_release(&heap, c);
}

/* One more that is live: it leads to the one before it and to the one before that. */
static void grow(void) {
    struct cell *c = cell_make();
    if (live)
        drop(collector_exchange(&heap, (void **)&c->right,
                                collector_load(&heap, (void **)&live->left)));
    collector_exchange(&heap, (void **)&c->left, live);
    live = c;
}

/* Live cells of so many MiB, slots and all, and a fourth of that as garbage among them. Gives the
 * number of live ones. */
static uint64_t heap_open(uint64_t mib) {
    const uint64_t cells = (mib << 20) / slot_bytes_for(&type);
    collected_type_init(&type);
    collector_init(&heap, &hooks);
    account = (struct collector_account){.bytes_max = UINT64_MAX};
    live = NULL;
    heap.next_cycle = UINT64_MAX;
    for (uint64_t i = 0; i < cells; i++) {
        grow();
        if (i % 4 == 0)
            drop(cell_make());
    }
    return cells;
}

static void heap_close(void) {
    collector_end(&heap);
}

/* Increments of a cycle are alike in each of its parts: samples lie apart, so that a cycle has
 * about 64 of them. */
BENCH(pause, "collector/pause/live:1,4,16,64") {
    const uint64_t apart = heap_open(bench_arg(b, "live")) * 5 / INCREMENT_UNITS / 64;
    while (bench_next(b)) {
        for (uint64_t i = 0; i < apart; i++) {
            collector_begin(&heap);
            collector_increment(&heap);
        }
        collector_begin(&heap);
        bench_start(b);
        collector_increment(&heap);
        bench_stop(b);
    }
    heap_close();
}

/* Only the longest stays a sample. */
static uint64_t timed_increment(struct bench *b) {
    bench_start(b);
    collector_increment(&heap);
    bench_stop(b);
    return b->samples[--b->taken];
}

static uint64_t longest_of_cycle(struct bench *b) {
    uint64_t longest = 0;
    collector_begin(&heap);
    while (heap.phase != COLLECTOR_IDLE) {
        uint64_t took = timed_increment(b);
        if (took > longest)
            longest = took;
    }
    return longest;
}

/* What a cycle has freed dies again before the next one. */
BENCH(longest_pause, "collector/longest_pause/live:1,4,16,64") {
    const uint64_t cells = heap_open(bench_arg(b, "live"));
    bench_slow(b);
    while (bench_next(b)) {
        uint64_t longest = longest_of_cycle(b);
        b->samples[b->taken++] = longest;
        for (uint64_t i = 0; i < cells / 4; i++)
            drop(cell_make());
    }
    heap_close();
}

/* From the end of a cycle to the end of the next one. Gives how many were made and dropped. */
static uint64_t allocate_a_period(void) {
    uint64_t cycles = heap.cycles, made = 0;
    for (; heap.cycles == cycles; made++)
        drop(cell_make());
    return made;
}

BENCH(allocate, "collector/allocate/live:1,4,16,64") {
    heap_open(bench_arg(b, "live"));
    heap.next_cycle = 0;
    allocate_a_period();
    bench_slow(b);
    while (bench_next(b)) {
        bench_start(b);
        bench_stop(b);
        bench_start(b);
        uint64_t made = allocate_a_period();
        bench_stop(b);
        bench_difference(b, made);
    }
    heap_close();
}
