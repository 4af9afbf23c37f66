/* SPDX-License-Identifier: MIT */
/* cells.c -- S-GC1, S-GC2: cells that verified programs share, in several strands that are
 * preempted anywhere, and the collector under them. */
#include "../embed.h"
#include "../exact.h"
#include "program/attacks.h"

#include "common/engine.h"
#include "machine/cpu/x86.h"
#include "machine/device/timer.h"
#include "machine/memory/heap.h"
#include "measure/bench.h"
#include "spin/abi.h"
#include "spin/core/extension.h"
#include "spin/core/space/process.h"
#include "spin/runtime/cells.h"
#include "spin/services/console.h"
#include "spin/services/loader/loader.h"
#include "spin/services/public.h"
#include "spin/services/thread/kthread.h"
#include "spin/services/calls/user_calls.h"

EMBED(cells_clang, "tests/kernel/spin/extension/cells.clang-O2.o");
EMBED(cells_gcc, "tests/kernel/spin/extension/cells.gcc-O2.o");

/* Without BOUNDED, so that they may run long, on fuel. */
static const struct typing_grant grants[] = {
    {.type = "cell", .field = "number", .may = MAY_READ_WRITE},
    {.type = "cell", .field = "left", .may = OWNS},
    {.type = "cell", .field = "right", .may = OWNS},
};
static struct kind_description description = {
    .kind = {.name = "program",
             .entry = {.parameter = {{.kind = SHAPE_NUMBER}}, .result = {.kind = SHAPE_NUMBER}},
             .stack_max = EXTENSION_STACK_MAX},
    .grant = grants,
    .grants = 3};

static struct typing kind;
static struct load extension;
static struct report why;
static uint64_t bytes_before; /* of the heap, with nothing of ours in it */

static bool begin(struct check *c, const uint8_t *from, const uint8_t *to) {
    const struct load_request request = {.name = "cells",
                                         .file = from,
                                         .len = (size_t)(to - from),
                                         .as = &kind,
                                         .domain = &public_domain,
                                         .domains = 1};
    description.types = domain_types(public_domain);
    cells_collect();
    bytes_before = cells_heap.bytes;
    if (typing_open(&kind, &engine_hooks, &description, &why) &&
        extension_open(&extension, &request, &why))
        return true;
    check_fail(c, "%s", why.text);
    return false;
}

static void end(struct check *c) {
    CHECK_THAT(c, extension_close(&extension));
    typing_close(&kind);
}

static bool run(const char *name, uint64_t argument, uint64_t fuel, uint64_t *result) {
    static struct net_report report;
    const uint64_t arguments[PARAMETERS] = {argument};
    const struct load_program *program = load_program(&extension, name);
    return program && extension_run(program, arguments, fuel, result, &report);
}

/* The program's result; -100: it was ended. */
static long run_to_end(const char *name, uint64_t argument) {
    uint64_t result;
    return run(name, argument, 1000000, &result) ? (long)result : -100;
}

static uint64_t cells_there(void) {
    return (cells_heap.bytes - bytes_before) / 64;
}

static void check_lists(struct check *c) {
    CHECK_THAT(c, run_to_end("list_make", 1000) == 1000);
    cells_collect();
    cells_collect();
    CHECK_THAT(c, cells_there() == 1000 && run_to_end("list_walk", 1000) == 0);
    for (unsigned i = 0; i < 100; i++)
        CHECK_THAT(c, run_to_end("ring_make", i) == 0);
    CHECK_THAT(c, cells_there() >= 1100);
    cells_collect();
    CHECK_THAT(c, cells_there() == 1000);
    CHECK_THAT(c, run_to_end("forget", 0) == 0);
    cells_collect();
    CHECK_THAT(c, cells_there() == 0);
}

CHECK(cells_lists, "cells/rings_that_nobody_holds_are_freed_and_what_a_root_leads_to_stays") {
    if (begin(c, cells_clang, cells_clang_end)) {
        check_lists(c);
        end(c);
    }
    if (begin(c, cells_gcc, cells_gcc_end)) {
        check_lists(c);
        end(c);
    }
}

CHECK(cells_ended, "cells/what_a_run_held_that_was_ended_early_is_freed") {
    uint64_t result;
    if (!begin(c, cells_clang, cells_clang_end))
        return;
    for (unsigned i = 0; i < 50; i++)
        CHECK_THAT(c, !run("ends_early", 1, 10, &result));
    CHECK_THAT(c, cells_there() >= 50);
    cells_collect();
    CHECK_THAT(c, cells_there() == 0);
    end(c);
}

/* --- Several strands --- */

enum { STRANDS = 3, STEPS = 10000 };
static long wrong[STRANDS];

static void *mutates(void *number) {
    uint64_t n = (uintptr_t)number, seed = n;
    for (unsigned i = 0; i < STEPS; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        wrong[n] += run_to_end("mutate", seed >> 20) != 0;
    }
    return NULL;
}

/* The kernel's own collecting, beside them. */
static void collect_until_joined(struct check *c, struct kthread *strand[STRANDS]) {
    void *unused;
    for (unsigned i = 0; i < 200; i++) {
        collector_begin(&cells_heap);
        collector_increment(&cells_heap);
    }
    for (unsigned n = 0; n < STRANDS; n++)
        CHECK_THAT(c, kthread_join(strand[n], &unused) && !wrong[n]);
}

CHECK(cells_strands, "cells/strands_that_are_preempted_anywhere_share_cells_and_lose_none") {
    struct kthread *strand[STRANDS];
    uint64_t cycles = cells_heap.cycles, quantum = scheduler_quantum_ns;
    if (!timer_hz()) {
        check_skip(c, "the machine has no clock to calibrate the timer by");
        return;
    }
    if (!begin(c, cells_gcc, cells_gcc_end))
        return;
    scheduler_quantum_ns = 3001;
    for (uintptr_t n = 0; n < STRANDS; n++) {
        wrong[n] = 0;
        strand[n] = kthread_fork(mutates, (void *)n);
        CHECK_THAT(c, strand[n]);
    }
    sti();
    collect_until_joined(c, strand);
    cli();
    scheduler_quantum_ns = quantum;
    CHECK_THAT(c, cells_heap.cycles > cycles + 2);
    CHECK_THAT(c, run_to_end("forget", 0) == 0);
    cells_collect();
    cells_collect();
    CHECK_THAT(c, cells_there() == 0);
    end(c);
}

/* --- How long others are kept out --- */

static const struct collector_hooks *kernels; /* own hooks */
static uint64_t began, longest;

static void region_begins(void) {
    kernels->begin();
    began = rdtsc();
}

static void region_ends(void) {
    uint64_t took = rdtsc() - began;
    longest = took > longest ? took : longest;
    kernels->end();
}

/* Grows by pages, finds roots, marks, frees, gives pages back. */
static bool goes_through_all(void) {
    bool good = run_to_end("list_make", 3000) == 3000;
    cells_collect();
    good = good && run_to_end("forget", 0) == 0;
    cells_collect();
    return good;
}

CHECK(cells_stretch, "cells/no_region_of_the_collector_keeps_the_processor_longer_than_allowed") {
    struct collector_hooks timed = *cells_heap.hooks;
    if (!clock_is_exact()) {
        check_skip(c, "the clock counts no instructions");
        return;
    }
    if (!begin(c, cells_clang, cells_clang_end))
        return;
    kernels = cells_heap.hooks;
    timed.begin = region_begins;
    timed.end = region_ends;
    longest = 0;
    cells_heap.hooks = &timed;
    bool good = goes_through_all();
    cells_heap.hooks = kernels;
    end(c);
    if (!good || !longest || longest > 2000)
        check_fail(c, "the longest takes %lu instructions", longest);
}

/* --- S-RES3: leaked references --- */

static bool leak_one(const struct extension *e) {
    static const uint64_t nothing[PARAMETERS];
    static struct net_report report;
    uint64_t result;
    return extension_run(extension_program(e, "leak"), nothing, 0, &result, &report) && result;
}

CHECK(cells_leak, "cells/who_leaks_cells_has_its_quota_and_others_have_theirs") {
    const unsigned most = CELLS_QUOTA / 64;
    struct extension *e;
    unsigned leaked = 0;
    cells_collect();
    bytes_before = cells_heap.bytes;
    const uint64_t work = cells_heap.work;
    CHECK_THAT(c, loader_load("leaks", &e, &why) == 0);
    while (leaked <= most && leak_one(e))
        leaked++;
    CHECK_THAT(c, leaked > most * 3 / 4 && leaked < most);
    const uint64_t used = extension_module(e)->account.used[RESOURCE_COLLECTION];
    CHECK_THAT(c, used > leaked && used == (cells_heap.work - work) * CELLS_UNIT_COST);
    struct cell *other = cell_new(); /* the kernel's */
    CHECK_THAT(c, other);
    cell_drop(other);
    cells_collect();
    CHECK_THAT(c, cells_there() >= leaked);
    CHECK_THAT(c, loader_unload(e) == 0);
    cells_collect();
    CHECK_THAT(c, cells_there() == 0);
}

/* --- S-GC2: what does not allocate --- */

static uint64_t run_process(unsigned attack, uint64_t argument) {
    struct process p;
    if (process_create(&p, "attacker", user_calls_handler))
        return UINT64_MAX;
    p.fault_expected = attack < HOSTILE_COUNT;
    struct process_end end = process_run(&p, attack, argument, "");
    process_destroy(&p);
    return end.killed ? 0 : end.status;
}

CHECK(cells_paths, "cells/a_raise_a_system_call_and_a_fault_make_no_object_that_is_collected") {
    uint64_t before = cells_heap.allocations, work = cells_heap.increments;
    console_write("", 0);
    CHECK_THAT(c, run_process(ATTACK_CALL, SPIN_CALL_null) == 0);
    CHECK_THAT(c, run_process(HOSTILE_null_write, 0) == 0);
    CHECK_THAT(c, cells_heap.allocations == before && cells_heap.increments == work);
}

CHECK(cells_memory, "cells/a_heap_that_has_shrunk_gives_its_pages_back") {
    if (!begin(c, cells_clang, cells_clang_end))
        return;
    size_t heap = heap_used();
    CHECK_THAT(c, run_to_end("list_make", 5000) == 5000);
    CHECK_THAT(c, heap_used() >= heap + 5000 * 64);
    CHECK_THAT(c, run_to_end("forget", 0) == 0);
    cells_collect();
    CHECK_THAT(c, heap_used() < heap + 2 * COLLECTOR_PAGE);
    end(c);
}
