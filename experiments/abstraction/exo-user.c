/* SPDX-License-Identifier: MIT */
/* exo-user.c -- the side that asks (exo-paging.h), and frames of a colour. */
#include "exo-paging.h"

#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/spawn.h"
#include "exo/libos/stubs.h"
#include "exo/libos/ipc/transfer.h"
#include "exo/libos/yield.h"
#include "lib/string.h"
#include "measure/bench.h"

static void must(bool so) {
    if (!so)
        __builtin_trap();
}

static uint64_t serve(void) {
    const struct cap programs = {.rights = CAP_ALL, .valid = 1, .length = 1, .name = {'p'}};
    exo_cap_forge(0, PAGING_SLOT, programs);
    long id = spawn_sized(PAGING_SLOT, PAGING_SERVER, 0, PAGING_SLOT, 0, 256);
    must(id > 0 && !exo_env_yield((uint64_t)id));
    return (uint64_t)id;
}

static struct message ask(uint64_t server, enum paging workload, bool own) {
    struct message m = {.word = {workload, own}};
    must(!transfer_call(server, &m, EXO_TRANSFER_WAIT));
    return m;
}

static bool is_own(const struct bench *b) {
    char policy[8];
    return !strcmp(bench_word(b, "policy", policy, sizeof policy), "own");
}

static void time_it(struct bench *b, enum paging workload) {
    uint64_t server = serve();
    bench_slow(b);
    while (bench_next(b)) {
        b->begun = 0;
        bench_stop_at(b, ask(server, workload, is_own(b)).word[0]);
    }
    exo_env_destroy(0, server);
}

/* word: 1, faults; 2, calls. */
static void count_it(struct bench *b, enum paging workload, unsigned word) {
    uint64_t server = serve();
    bench_count(b, ask(server, workload, is_own(b)).word[word]);
    exo_env_destroy(0, server);
}

BENCH(gc_traps, "abstraction/gc_traps/policy:default,own") {
    time_it(b, PAGING_GC_TRAPS);
}

BENCH(gc_faults, "abstraction/gc_traps/faults/policy:default,own") {
    count_it(b, PAGING_GC_TRAPS, 1);
}

BENCH(gc_calls, "abstraction/gc_traps/calls/policy:default,own") {
    count_it(b, PAGING_GC_TRAPS, 2);
}

BENCH(cache_scan, "abstraction/cache_scan/policy:default,own") {
    time_it(b, PAGING_CACHE_SCAN);
}

BENCH(cache_faults, "abstraction/cache_scan/faults/policy:default,own") {
    count_it(b, PAGING_CACHE_SCAN, 1);
}

BENCH(cache_calls, "abstraction/cache_scan/calls/policy:default,own") {
    count_it(b, PAGING_CACHE_SCAN, 2);
}

BENCH(database, "abstraction/database/policy:default,own") {
    time_it(b, PAGING_DATABASE);
}

BENCH(database_faults, "abstraction/database/faults/policy:default,own") {
    count_it(b, PAGING_DATABASE, 1);
}

BENCH(database_calls, "abstraction/database/calls/policy:default,own") {
    count_it(b, PAGING_DATABASE, 2);
}

/* --- Placement --- */

#define AT      0x510040000000ul
#define COLOURS 16 /* pages of a way of a cache: their numbers differ in the lowest bits */

/* A free frame of this colour, from `from` on; 0: there is none above. */
static uint64_t pick_colour(uint64_t from, unsigned colour) {
    const volatile uint64_t *free = (const volatile uint64_t *)EXO_FREE;
    const uint64_t of_colour = 0x0001000100010001ul << colour;
    uint64_t word = from / 64, words = env_info()->frame_count / 64;
    uint64_t bits = free[word] & of_colour & (~0ul << from % 64);
    while (!bits && ++word < words)
        bits = free[word] & of_colour;
    return bits ? word * 64 + (uint64_t)__builtin_ctzl(bits) : 0;
}

BENCH(placement, "abstraction/placement/asked:any,colour") {
    char asked[8];
    bool colour = !strcmp(bench_word(b, "asked", asked, sizeof asked), "colour");
    const struct exo_pages none = {AT, 0, 1};
    const struct exo_pages table = {AT + 4096, 1ul << 9, 1}; /* a bit of ours: there is a table */
    uint64_t next = frames_pick(0);
    must(exo_page_update(0, 0, 0, &table, 1, 0) == 1);
    for (unsigned n = 0; bench_next(b); n++) {
        bench_start(b);
        uint64_t frame = colour ? pick_colour(next, n % COLOURS) : frames_pick(next);
        const struct exo_pages one = {AT | EXO_FRESH,
                                      frame << 12 | EXO_PRESENT | EXO_WRITE | EXO_NO_EXEC, 1};
        long done = exo_page_update(0, 0, 0, &one, 1, 0);
        bench_stop(b);
        must(done == 1 && (!colour || frame % COLOURS == n % COLOURS));
        must(exo_page_update(0, 0, 0, &none, 1, 0) == 1);
    }
}
