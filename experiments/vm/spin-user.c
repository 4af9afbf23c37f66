/* SPDX-License-Identifier: MIT */
/* spin-user.c -- what begins with an access of a program: its faults are handled in the kernel, by
 * the extension that it asks for (spin.c). */
#include "touch.h"
#include "workload.h"

#include "spin/user/stubs.h"
#include "measure/bench.h"

static long workload(enum workload operation, uint64_t a, uint64_t b) {
    return syscall3(WORKLOAD_CALL, operation, a, b);
}

static void must(long result) {
    if (result < 0)
        __builtin_trap();
}

static volatile char *pages;

static volatile char *page(unsigned n) {
    return pages + (uint64_t)n * 4096;
}

/* The extension serves this process from its first row on. */
static void ask_for(enum workload_faults faults) {
    if (!pages) {
        must(spin_extend(WORKLOAD));
        pages = (volatile char *)workload(WORKLOAD_ADDRESS, 0, 0);
    }
    must(workload(WORKLOAD_OPEN, 0, PAGES));
    must(workload(WORKLOAD_FAULTS, faults, 0));
}

BENCH(trap, "vm/trap") {
    ask_for(FAULTS_STEP_OVER);
    must(workload(WORKLOAD_PROTECT, 0, 1));
    while (bench_next(b)) {
        bench_start(b);
        uint64_t end = touch(page(0));
        bench_stop_at(b, end);
    }
}

BENCH(fault, "vm/fault") {
    ask_for(FAULTS_OPEN);
    while (bench_next(b)) {
        must(workload(WORKLOAD_PROTECT, 0, 1));
        bench_start(b);
        touch(page(0));
        bench_stop(b);
    }
}

/* All but page 0 are protected, then all but the one that was touched last. */
BENCH(appel1, "vm/appel1") {
    unsigned n = 0;
    ask_for(FAULTS_EXCHANGE);
    must(workload(WORKLOAD_PROTECT, 1, PAGES - 1));
    while (bench_next(b)) {
        n = n % (PAGES - 1) + 1;
        volatile char *at = page(touch_order(n));
        bench_start(b);
        touch(at);
        bench_stop(b);
    }
}

static void protect_and_touch(unsigned touched) {
    must(workload(WORKLOAD_PROTECT, 0, PAGES));
    for (unsigned n = 0; n < touched; n++)
        touch(page(touch_order(n)));
}

/* A page's share of protecting all and of being touched. */
BENCH(appel2, "vm/appel2") {
    ask_for(FAULTS_OPEN);
    while (bench_next(b)) {
        bench_start(b), bench_stop(b);
        bench_start(b), protect_and_touch(PAGES), bench_stop(b);
        bench_difference(b, PAGES);
    }
}
