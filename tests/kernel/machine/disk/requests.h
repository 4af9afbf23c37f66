/* SPDX-License-Identifier: MIT */
/* requests.h -- requests of checks, one or many, waited for; and which disk is which, told by its
 * sectors (tests/end/disk/disk_test.sh makes them). */
#ifndef TESTS_MACHINE_REQUESTS_H
#define TESTS_MACHINE_REQUESTS_H

#include "drivers/disk.h"
#include "measure/bench.h"

#define REQUESTS_MAX 128

enum {
    PLAIN_SECTORS = 16384,     /* all of it works */
    READ_ONLY_SECTORS = 8192,  /* nobody may write */
    NTH_FAILS_SECTORS = 4096,  /* in the n-th run of 16 blocks of 4 KiB the n-th fails */
    FLUSH_FAILS_SECTORS = 2048 /* flush, discard and write-zeroes fail */
};

struct waited {
    struct disk_request request;
    struct dma_piece piece[DISK_PIECES_MAX];
    unsigned ended; /* times */
};

/* The disk with so many sectors; null, and the check is skipped: this machine has none. */
struct disk *disk_of(struct check *c, uint64_t sectors);
/* A request that is told its end, over `bytes` of memory at `at` in pieces of at most a page. */
struct disk_request *request_make(struct waited *w, enum disk_operation operation, uint64_t sector,
                                  void *at, uint32_t bytes);
/* Waits for interrupts until it has ended; its result. DISK_PENDING: it ended more than once. */
enum disk_result request_wait(struct waited *w);
/* Submits one and waits; a refusal is DISK_PENDING. */
enum disk_result request_run(struct disk *d, unsigned queue, enum disk_operation operation,
                             uint64_t sector, void *at, uint32_t bytes);
/* Discard and write-zeroes, which have no memory. */
enum disk_result range_run(struct disk *d, enum disk_operation operation, uint64_t sector,
                           uint32_t sectors);
/* Bytes that tell where they belong. */
void pattern_fill(void *at, uint32_t bytes, uint32_t seed);
bool pattern_is(const void *at, uint32_t bytes, uint32_t seed);

#endif
