/* SPDX-License-Identifier: MIT */
/* exo-user.c -- requests of an environment by the system calls: a capability, frames, a word. */
#include "exo/libos/disk/disk_await.h"
#include "exo/libos/frames.h"
#include "exo/libos/time/clock.h"
#include "schedule.h"

#define AT    0x520000000000ul /* the pages that are read and written, and one for the word */
#define PAGES 17

/* Where a request's end is told, and the frames, by their numbers. */
static volatile uint64_t *const word = (volatile uint64_t *)(AT + (PAGES - 1) * 4096ul);
static uint32_t frame[PAGES];
static uint64_t told_at;

static bool prepare(struct bench *b) {
    if (!env_info()->disks) {
        bench_skip(b, "the machine has no disk");
        return false;
    }
    if (!exposed_entry(AT) && frames_map(0, 0, 0, AT, PAGES, EXO_WRITE | EXO_NO_EXEC)) {
        bench_skip(b, "the machine has too little memory");
        return false;
    }
    for (unsigned i = 0; i < PAGES; i++)
        frame[i] = (uint32_t)frame_at((void *)(AT + i * 4096ul));
    told_at = word_at(word);
    return true;
}

/* A request of the first disk's first blocks, to its end. */
static inline void request(enum exo_disk_operation operation, uint64_t count) {
    *word = 0;
    exo_disk_request(EXO_DISK_HOW(operation, 0, 0, 0) | EXO_DISK_WAIT, 0, count,
                     count == 1 ? frame[0] : (uint64_t)frame, told_at);
    while (!*word)
        exo_disk_wait(0);
}

static void time(struct bench *b, enum exo_disk_operation operation, uint64_t count) {
    if (!prepare(b))
        return;
    while (bench_next(b)) {
        bench_start(b);
        request(operation, count);
        bench_stop(b);
        if (*word != EXO_DISK_DONE)
            __builtin_trap();
    }
}

BENCH(disk_raw_read, "disk/raw_read/bytes:4096,65536") {
    time(b, EXO_DISK_READ, bench_arg(b, "bytes") / EXO_DISK_BLOCK);
}

BENCH(disk_raw_write, "disk/raw_write/bytes:4096,65536") {
    time(b, EXO_DISK_WRITE, bench_arg(b, "bytes") / EXO_DISK_BLOCK);
}

BENCH(disk_flush, "disk/flush") {
    time(b, EXO_DISK_FLUSH, 0);
}

/* --- While the device works --- */

/* The caller computes, and is told by the word, at the moment that the request ends at. */
BENCH(disk_overlap, "disk/overlap/latency:50000") {
    if (!prepare(b) || exo_disk_latency(0, bench_arg(b, "latency"))) {
        bench_skip(b, "ends of requests have no moment here");
        return;
    }
    while (bench_next(b)) {
        bench_start(b);
        *word = 0;
        exo_disk_request(EXO_DISK_HOW(EXO_DISK_READ, 0, 0, 0), 0, 1, frame[0], told_at);
        while (!*word)
            continue;
        bench_stop(b);
    }
    exo_disk_latency(0, 0);
}

/* --- A queue of requests, and a disk with a spindle --- */

/* The kernel takes requests as they come: their order is the library's, and what it knows of the
 * disk, too. */
static void serve_all(uint32_t *queue, uint32_t left, next_block *next) {
    struct spindle s = {0};
    uint64_t begun = clock_now();
    while (left) {
        uint32_t i = next(queue, left, &s, clock_now() - begun);
        *word = 0;
        spindle_serve(&s, clock_now() - begun, (uint64_t)queue[i] * BLOCK_SECTORS, BLOCK_SECTORS);
        exo_disk_request(EXO_DISK_HOW(EXO_DISK_READ, 0, 0, 0) | EXO_DISK_WAIT, queue[i], 1,
                         frame[0], told_at);
        disk_await(0, word);
        take_off(queue, i, --left);
    }
}

BENCH(disk_schedule, SCHEDULE_ROW) {
    static uint32_t queue[REQUESTS_MAX];
    uint32_t requests = (uint32_t)bench_arg(b, "requests");
    bench_waits(b);
    if (!prepare(b) || exo_disk_latency(0, 0)) {
        bench_skip(b, "ends of requests have no moment here");
        return;
    }
    next_block *next = order_of(b);
    while (bench_next(b)) {
        draw_blocks(queue, requests, exposed_disk(0)->blocks);
        exo_disk_latency(0, EXO_DISK_SPINDLE);
        bench_start(b);
        serve_all(queue, requests, next);
        bench_stop(b);
    }
    exo_disk_latency(0, 0);
}
