/* SPDX-License-Identifier: MIT */
/* schedule.h -- a queue of requests of a block each, and who of them is next at a disk with an arm
 * and a spindle: the same blocks and the same orders on every system. */
#ifndef EXPERIMENTS_DISK_SCHEDULE_H
#define EXPERIMENTS_DISK_SCHEDULE_H

#include "drivers/spindle.h"
#include "lib/string.h"
#include "measure/bench.h"

#define SCHEDULE_ROW   "disk/schedule/requests:256/order:fifo,sorted,nearest"
#define REQUESTS_MAX   256
#define BLOCK_SECTORS  8
#define ORDER_NAME_MAX 8

/* Which of the COUNT blocks left at QUEUE is next. */
typedef uint32_t next_block(const uint32_t *queue, uint32_t count, const struct spindle *s,
                            uint64_t now);

static inline uint32_t first_come(const uint32_t *queue, uint32_t count, const struct spindle *s,
                                  uint64_t now) {
    (void)queue, (void)count, (void)s, (void)now;
    return 0;
}

/* The one with the lowest address: the arm goes over the disk once. */
static inline uint32_t lowest(const uint32_t *queue, uint32_t count, const struct spindle *s,
                              uint64_t now) {
    uint32_t best = 0;
    (void)s, (void)now;
    for (uint32_t i = 1; i < count; i++)
        if (queue[i] < queue[best])
            best = i;
    return best;
}

/* The one that the disk would be done with soonest, seek and rotation known. */
static inline uint32_t soonest(const uint32_t *queue, uint32_t count, const struct spindle *s,
                               uint64_t now) {
    uint32_t best = 0;
    uint64_t least = UINT64_MAX;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t time = spindle_time(s, now, (uint64_t)queue[i] * BLOCK_SECTORS, BLOCK_SECTORS);
        if (time < least) {
            least = time;
            best = i;
        }
    }
    return best;
}

/* The order that the row's name says. */
static inline next_block *order_of(struct bench *b) {
    static const struct {
        char name[ORDER_NAME_MAX];
        next_block *next;
    } orders[] = {{"fifo", first_come}, {"sorted", lowest}, {"nearest", soonest}};
    char name[ORDER_NAME_MAX];
    unsigned order = 0;
    bench_word(b, "order", name, sizeof name);
    while (strcmp(orders[order].name, name) != 0)
        order++;
    return orders[order].next;
}

/* Blocks of a disk of so many, drawn, each once at most by chance. */
static inline void draw_blocks(uint32_t *queue, uint32_t count, uint64_t blocks) {
    uint64_t x = 1;
    for (uint32_t i = 0; i < count; i++) {
        x = x * 6364136223846793005u + 1442695040888963407u; /* Knuth's MMIX */
        queue[i] = (uint32_t)((x >> 33) % blocks);
    }
}

/* The I-th is taken off the queue, which has so many LEFT then. */
static inline void take_off(uint32_t *queue, uint32_t i, uint32_t left) {
    for (; i < left; i++)
        queue[i] = queue[i + 1];
}

#endif
