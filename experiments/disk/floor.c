/* SPDX-License-Identifier: MIT */
/* floor.c -- the driver, `hlt` and the interrupt alone. */
#include "drivers/disk.h"
#include "machine/cpu/x86.h"
#include "machine/device/apic.h"
#include "machine/device/timer.h"
#include "machine/memory/frame.h"
#include "machine/report/panic.h"
#include "machine/trap/trap.h"
#include "schedule.h"

/* The others' time slice while the device works, in nanoseconds. */
#define SLICE 5000

static struct dma_piece pieces[DISK_PIECES_MAX];
static bool has_ended;

static void ended(struct disk_request *r) {
    assert_that(r->result == DISK_DONE);
    has_ended = true;
}

/* The disk and a request of so many bytes, each page in a frame of its own, which stay for the next
 * rows. */
static bool prepare(struct bench *b, struct disk_request *r, enum disk_operation operation,
                    uint64_t bytes) {
    disk_init();
    if (!disk_at(0)) {
        bench_skip(b, "the machine has no disk");
        return false;
    }
    *r = (struct disk_request){.operation = operation,
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

/* From the request to its end. Interrupts are off and no timer runs: the clock stands still while
 * the device works. */
static inline __attribute__((always_inline)) int run(struct disk_request *r) {
    has_ended = false;
    int error = disk_submit(disk_at(0), 0, r);
    while (!error && !*(volatile bool *)&has_ended)
        sti_hlt_cli();
    return error;
}

static void time_request(struct bench *b, struct disk_request *r) {
    while (bench_next(b)) {
        bench_start(b);
        int error = run(r);
        bench_stop(b);
        assert_that(!error);
    }
}

BENCH(disk_raw_read, "disk/raw_read/bytes:4096,65536") {
    struct disk_request r;
    if (prepare(b, &r, DISK_READ, bench_arg(b, "bytes")))
        time_request(b, &r);
}

BENCH(disk_raw_write, "disk/raw_write/bytes:4096,65536") {
    struct disk_request r;
    if (prepare(b, &r, DISK_WRITE, bench_arg(b, "bytes")))
        time_request(b, &r);
}

/* Of one page that was written. */
BENCH(disk_flush, "disk/flush") {
    struct disk_request page, flush = {.operation = DISK_FLUSH, .ended = ended};
    if (!prepare(b, &page, DISK_WRITE, PAGE_SIZE))
        return;
    while (bench_next(b)) {
        int wrote = run(&page);
        bench_start(b);
        int error = run(&flush);
        bench_stop(b);
        assert_that(!wrote && !error);
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
    if (!prepare(b, &r, DISK_READ, PAGE_SIZE))
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

/* ---- a queue of requests, and a disk with a spindle ---- */

static void moment_comes(struct trap_frame *f) {
    (void)f;
    apic_eoi();
}

/* Has the request end when the model's disk would be done with it, at END by the clock. */
static void run_until(struct disk_request *r, uint64_t end) {
    has_ended = false;
    int error = disk_submit(disk_at(0), 0, r);
    assert_that(!error);
    for (uint64_t now; (now = rdtsc()) < end;) {
        timer_arm_ns(end - now);
        sti_hlt_cli();
    }
    timer_stop();
    disk_meet(disk_at(0), 0);
    assert_that(has_ended);
}

static void serve_all(struct disk_request *r, uint32_t *queue, uint32_t left, next_block *next) {
    struct spindle s = {0};
    uint64_t begun = rdtsc();
    while (left) {
        uint32_t i = next(queue, left, &s, s.free);
        r->sector = (uint64_t)queue[i] * BLOCK_SECTORS;
        run_until(r, begun + spindle_serve(&s, s.free, r->sector, r->sectors));
        take_off(queue, i, --left);
    }
}

/* The modelled time of all of them: the processor's own hides in the disk's. */
BENCH(disk_schedule, SCHEDULE_ROW) {
    static uint32_t queue[REQUESTS_MAX];
    const uint32_t requests = (uint32_t)bench_arg(b, "requests");
    struct disk_request r;
    bench_waits(b);
    if (!prepare(b, &r, DISK_READ, PAGE_SIZE))
        return;
    next_block *next = order_of(b);
    trap_handle(TRAP_TIMER, moment_comes);
    disk_mask(disk_at(0), 0);
    while (bench_next(b)) {
        draw_blocks(queue, requests, disk_facts(disk_at(0))->sectors / BLOCK_SECTORS);
        bench_start(b);
        serve_all(&r, queue, requests, next);
        bench_stop(b);
    }
    disk_unmask(disk_at(0), 0);
    trap_handle(TRAP_TIMER, NULL);
}
