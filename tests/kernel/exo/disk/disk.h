/* SPDX-License-Identifier: MIT */
/* disk.h -- for checks of disks: pages to read into and write from, and requests of them. The
 * machine has a disk that works (0), one that is read-only (1), and one of whose blocks the n-th
 * cannot be read (2); tests/end/disk/exo_disk_test.sh boots it. */
#ifndef TESTS_EXO_DISK_H
#define TESTS_EXO_DISK_H

#include "exo/libos/disk/disk_await.h"
#include "measure/bench.h"

#define PAGE       4096ul
#define PAGES_AT   0x530000000000ul
#define PAGES      24
#define HELD       6 /* slots */
#define OTHER      7
#define LATENCY    30000 /* ticks, where ends have their moment */
#define RAW_BEGINS 1024  /* blocks that are these checks' */

static const struct cap all = {.rights = CAP_ALL, .valid = 1}, none;

/* The n-th page; the last one is for words. */
static inline uint64_t *page(unsigned n) {
    return (uint64_t *)(PAGES_AT + n * PAGE);
}
static inline volatile uint64_t *word(unsigned n) {
    return page(PAGES - 1) + n;
}

/* Maps the pages; false: the check is skipped, as the machine has no disks. */
bool disk_begin(struct check *c);
void disk_end(void);
/* Until the disk has nothing to do. */
void disk_drain(unsigned disk);

void fill(unsigned n, uint64_t seed);
bool holds(unsigned n, uint64_t seed);

/* One page, without waiting: the n-th word is told. */
long ask(enum exo_disk_operation operation, uint64_t block, unsigned n, unsigned slot);
/* The same to its end: what was told, or the error. */
long run(enum exo_disk_operation operation, uint64_t block, unsigned n);

#endif
