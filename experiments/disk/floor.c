/* SPDX-License-Identifier: MIT */
/* floor.c -- the driver, `hlt` and the interrupt alone. */
#include "drivers/disk.h"
#include "machine/cpu/x86.h"
#include "machine/device/apic.h"
#include "machine/device/timer.h"
#include "machine/memory/frame.h"
#include "machine/report/panic.h"
#include "machine/trap/trap.h"
#include "measure/bench.h"

/* The others' time slice while the device works, in nanoseconds. */
#define SLICE 5000

static struct disk_piece pieces[DISK_PIECES_MAX];
static bool has_ended;

static void ended(struct disk_request *r) {
    assert_that(r->result == DISK_DONE);
    has_ended = true;
}

/* A request of so many bytes, each page in a frame of its own, which stay for the next rows. */
static bool prepare(struct bench *b, struct disk_request *r, uint64_t bytes) {
    disk_init();
    if (!disk_at(0)) {
        bench_skip(b, "the machine has no disk");
        return false;
    }
    *r = (struct disk_request){.operation = DISK_READ,
                               .sectors = (uint32_t)(bytes / DISK_SECTOR),
                               .piece = pieces,
                               .pieces = (unsigned)(bytes / PAGE_SIZE),
                               .ended = ended};
    for (unsigned i = 0; i < r->pieces; i++) {
        if (!pieces[i].bytes && frame_alloc(&pieces[i].at)) {
            bench_skip(b, "the machine has too little memory");
            return false;
        }
        pieces[i].bytes = PAGE_SIZE;
    }
    return true;
}

/* Interrupts are off and no timer runs: the clock stands still while the device works. */
BENCH(disk_raw_read, "disk/raw_read/bytes:4096,65536") {
    struct disk_request r;
    if (!prepare(b, &r, bench_arg(b, "bytes")))
        return;
    while (bench_next(b)) {
        has_ended = false;
        bench_start(b);
        int error = disk_submit(disk_at(0), 0, &r);
        while (!error && !*(volatile bool *)&has_ended)
            sti_hlt_cli();
        bench_stop(b);
        assert_that(!error);
    }
}

static void slice_ends(struct trap_frame *f) {
    (void)f;
    apic_eoi();
    timer_arm_ns(SLICE);
}

/* Computes until the device's moment has come. */
static void compute_until(uint64_t moment) {
    sti();
    while (rdtsc() < moment)
        continue;
    cli();
}

/* From the kick to the end, while others compute under a tick. */
BENCH(disk_overlap, "disk/overlap/latency:50000") {
    struct disk_request r;
    uint64_t latency = bench_arg(b, "latency");
    if (!prepare(b, &r, PAGE_SIZE))
        return;
    trap_handle(TRAP_TIMER, slice_ends);
    disk_mask(disk_at(0), 0);
    while (bench_next(b)) {
        has_ended = false;
        timer_arm_ns(SLICE);
        bench_start(b);
        uint64_t begun = rdtsc();
        int error = disk_submit(disk_at(0), 0, &r);
        compute_until(begun + latency);
        timer_stop();
        disk_meet(disk_at(0), 0);
        bench_stop(b);
        assert_that(!error && has_ended);
    }
    disk_unmask(disk_at(0), 0);
    trap_handle(TRAP_TIMER, NULL);
}
