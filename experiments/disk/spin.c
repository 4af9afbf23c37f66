/* SPDX-License-Identifier: MIT */
/* spin.c -- a request by the kernel's disk service, whose caller, as all services and extensions,
 * is in the kernel; it waits as a strand does. */
#include "machine/cpu/interrupt_flag.h"
#include "machine/cpu/x86.h"
#include "machine/device/timer.h"
#include "machine/memory/frame.h"
#include "machine/report/panic.h"
#include "schedule.h"
#include "spin/core/strand.h"
#include "spin/services/disk/disk_object.h"
#include "spin/services/thread/kthread.h"

static struct dma_piece pieces[DISK_PIECES_MAX];

/* The disk, and so many pages in frames of their own, which stay for the next rows; or null. */
static struct disk_object *prepare(struct bench *b, unsigned count) {
    struct disk_object *disk = disk_object_find("disk0");
    if (!disk)
        bench_skip(b, "the machine has no disk");
    for (unsigned i = 0; disk && i < count; i++) {
        if (!pieces[i].bytes && frame_alloc(&pieces[i].at)) {
            bench_skip(b, "the machine has too little memory");
            return NULL;
        }
        pieces[i].bytes = PAGE_SIZE;
    }
    return disk;
}

BENCH(disk_raw_read, "disk/raw_read/bytes:4096,65536") {
    const unsigned count = (unsigned)(bench_arg(b, "bytes") / PAGE_SIZE);
    struct disk_object *disk = prepare(b, count);
    if (disk)
        bench_time(b, assert_that(!disk_object_request(disk, DISK_READ, 0, pieces, count)));
}

BENCH(disk_raw_write, "disk/raw_write/bytes:4096,65536") {
    const unsigned count = (unsigned)(bench_arg(b, "bytes") / PAGE_SIZE);
    struct disk_object *disk = prepare(b, count);
    if (disk)
        bench_time(b, assert_that(!disk_object_request(disk, DISK_WRITE, 0, pieces, count)));
}

/* Of one page that was written. */
BENCH(disk_flush, "disk/flush") {
    struct disk_object *disk = prepare(b, 1);
    while (disk && bench_next(b)) {
        int wrote = disk_object_request(disk, DISK_WRITE, 0, pieces, 1);
        bench_start(b);
        int error = disk_object_flush(disk);
        bench_stop(b);
        assert_that(!wrote && !error);
    }
}

/* --- While the device works --- */

static void *read_page(void *disk) {
    assert_that(!disk_object_request(disk, DISK_READ, 0, pieces, 1));
    return NULL;
}

/* This strand has the processor until the device's moment has come. */
static void compute_until(uint64_t moment) {
    while (rdtsc() < moment)
        continue;
}

/* A strand waits for its request, and another one computes meanwhile; its fork and its end are in
 * the bracket. */
BENCH(disk_overlap, "disk/overlap/latency:50000") {
    const uint64_t latency = bench_arg(b, "latency");
    struct disk_object *disk = prepare(b, 1);
    void *unused;
    if (!disk)
        return;
    disk_mask(disk->disk, 0);
    while (bench_next(b)) {
        bench_start(b);
        uint64_t begun = rdtsc();
        struct kthread *reader = kthread_fork(read_page, disk);
        assert_that(reader);
        strand_yield(); /* it makes its request */
        compute_until(begun + latency);
        bool on = interrupts_off();
        timer_stop(); /* of the quantum, which is longer */
        disk_meet(disk->disk, 0);
        interrupts_restore(on);
        while (!kthread_join(reader, &unused))
            ;
        bench_stop(b);
    }
    disk_unmask(disk->disk, 0);
}

/* --- A queue of requests, and a disk with a spindle --- */

struct reading {
    struct disk_object *disk;
    uint64_t sector;
};

static void *read_block(void *of) {
    const struct reading *r = of;
    assert_that(!disk_object_request(r->disk, DISK_READ, r->sector, pieces, 1));
    return NULL;
}

/* Has the request end when the model's disk would be done with it, at END by the clock. */
static void read_until(struct reading *r, uint64_t end) {
    void *unused;
    struct kthread *reader = kthread_fork(read_block, r);
    assert_that(reader);
    strand_yield();
    bool on = interrupts_off();
    for (uint64_t now; (now = rdtsc()) < end;) {
        timer_arm_ns(end - now);
        sti_hlt_cli();
    }
    timer_stop();
    disk_meet(r->disk->disk, 0);
    interrupts_restore(on);
    while (!kthread_join(reader, &unused))
        ;
}

/* The modelled time of all of them: the processor's own hides in the disk's. */
BENCH(disk_schedule, SCHEDULE_ROW) {
    static uint32_t queue[REQUESTS_MAX];
    const uint32_t requests = (uint32_t)bench_arg(b, "requests");
    struct reading r = {.disk = prepare(b, 1)};
    bench_waits(b);
    if (!r.disk)
        return;
    next_block *next = order_of(b);
    disk_mask(r.disk->disk, 0);
    while (bench_next(b)) {
        struct spindle s = {0};
        draw_blocks(queue, requests, r.disk->facts->sectors / BLOCK_SECTORS);
        bench_start(b);
        uint64_t begun = rdtsc();
        for (uint32_t left = requests; left;) {
            uint32_t i = next(queue, left, &s, s.free);
            r.sector = (uint64_t)queue[i] * BLOCK_SECTORS;
            read_until(&r, begun + spindle_serve(&s, s.free, r.sector, BLOCK_SECTORS));
            take_off(queue, i, --left);
        }
        bench_stop(b);
    }
    disk_unmask(r.disk->disk, 0);
}
