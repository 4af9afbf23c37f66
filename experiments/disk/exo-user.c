/* SPDX-License-Identifier: MIT */
/* exo-user.c -- requests of an environment by the system calls: a capability, frames, a word. */
#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/stubs.h"
#include "measure/bench.h"

#define AT    0x520000000000ul /* the pages that are read and written, and one for the word */
#define PAGES 17

/* Where a request's end is told, and the frames, by their numbers. */
static volatile uint64_t *const word = (volatile uint64_t *)(AT + (PAGES - 1) * 4096ul);
static uint32_t frame[PAGES];
static uint64_t word_at;

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
        frame[i] = (uint32_t)((exposed_entry(AT + i * 4096ul) & EXO_FRAME_OF) >> 12);
    word_at = frame[PAGES - 1] * 4096ul;
    return true;
}

/* A request of the first disk's first blocks, to its end. */
static inline void request(enum exo_disk_operation operation, uint64_t count) {
    *word = 0;
    exo_disk_request(EXO_DISK_HOW(operation, 0, 0, 0) | EXO_DISK_WAIT, 0, count,
                     count == 1 ? frame[0] : (uint64_t)frame, word_at);
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
