/* SPDX-License-Identifier: MIT */
/* disk.c -- a disk does what it is asked, and what it cannot do it says. */
#include "requests.h"

#include "lib/error.h"
#include "lib/string.h"

static _Alignas(PAGE_SIZE) char memory[16 * PAGE_SIZE], other[16 * PAGE_SIZE];

CHECK(disk_round, "disk/what_is_written_is_read_by_other_pieces_and_each_queue") {
    struct disk *d = disk_of(c, PLAIN_SECTORS);
    static struct waited w;
    if (!d)
        return;
    CHECK_THAT(c, disk_facts(d)->queues == 2 && disk_facts(d)->pieces == DISK_PIECES_MAX);
    for (unsigned i = 0; i < 16; i++) {
        uint32_t bytes = (i + 1) * PAGE_SIZE, sector = i * 200 + 3;
        pattern_fill(memory, bytes, i * 7919);
        memset(other, 0, bytes);
        CHECK_THAT(c, request_run(d, i % 2, DISK_WRITE, sector, memory, bytes) == DISK_DONE);
        /* Read in two pieces that meet within a page. */
        request_make(&w, DISK_READ, sector, NULL, 0)->sectors = bytes / DISK_SECTOR;
        w.piece[0] = (struct dma_piece){physical(other), 1000};
        w.piece[1] = (struct dma_piece){physical(other + 1000), bytes - 1000};
        w.request.pieces = 2;
        CHECK_THAT(c, disk_submit(d, (i + 1) % 2, &w.request) == 0);
        CHECK_THAT(c, request_wait(&w) == DISK_DONE && pattern_is(other, bytes, i * 7919));
    }
}

CHECK(disk_ranges, "disk/zeroed_sectors_read_as_zeros_and_no_others_do") {
    struct disk *d = disk_of(c, PLAIN_SECTORS);
    if (!d)
        return;
    pattern_fill(memory, 4 * PAGE_SIZE, 5);
    CHECK_THAT(c, request_run(d, 0, DISK_WRITE, 8000, memory, 4 * PAGE_SIZE) == DISK_DONE);
    CHECK_THAT(c, request_run(d, 0, DISK_FLUSH, 0, NULL, 0) == DISK_DONE);
    CHECK_THAT(c, range_run(d, DISK_ZERO, 8008, 8) == DISK_DONE);
    CHECK_THAT(c, request_run(d, 0, DISK_READ, 8000, other, 4 * PAGE_SIZE) == DISK_DONE);
    memset(memory + PAGE_SIZE, 0, PAGE_SIZE);
    CHECK_THAT(c, memcmp(memory, other, 4 * PAGE_SIZE) == 0);
    CHECK_THAT(c, range_run(d, DISK_DISCARD, 8000, 32) == DISK_DONE);
    CHECK_THAT(c, request_run(d, 0, DISK_READ, 8032, other, PAGE_SIZE) == DISK_DONE);
}

CHECK(disk_refused, "disk/what_there_is_not_is_refused_before_the_device_sees_it") {
    struct disk *d = disk_of(c, PLAIN_SECTORS);
    static struct waited w;
    if (!d)
        return;
    struct disk_request *r = request_make(&w, DISK_READ, PLAIN_SECTORS - 7, memory, PAGE_SIZE);
    CHECK_THAT(c, disk_submit(d, 0, r) == -E_INVALID);
    r->sector = 0;
    CHECK_THAT(c, disk_submit(d, disk_facts(d)->queues, r) == -E_INVALID);
    w.piece[0].at = PADDR(0xfee00000); /* no RAM: the device would write to registers */
    CHECK_THAT(c, disk_submit(d, 0, r) == -E_INVALID);
    w.piece[0].at = PADDR(UINT64_MAX - 100);
    CHECK_THAT(c, disk_submit(d, 0, r) == -E_INVALID);
    CHECK_THAT(c, w.ended == 0 && disk_collect(d, 0) == 0);
}

CHECK(disk_read_only, "disk/one_that_is_read_only_is_read_and_not_changed") {
    struct disk *d = disk_of(c, READ_ONLY_SECTORS);
    static struct waited w;
    if (!d)
        return;
    CHECK_THAT(c, disk_facts(d)->read_only);
    CHECK_THAT(c, disk_submit(d, 0, request_make(&w, DISK_WRITE, 0, memory, 512)) == -E_PERM);
    CHECK_THAT(c, request_run(d, 0, DISK_READ, 0, memory, PAGE_SIZE) == DISK_DONE);
}

/* For reads, then for writes: sequences of 16, in the n-th of which the n-th request fails. */
CHECK(disk_nth, "disk/the_nth_request_fails_for_every_n_and_no_other") {
    struct disk *d = disk_of(c, NTH_FAILS_SECTORS);
    if (!d)
        return;
    for (unsigned n = 0; n < 32; n++)
        for (unsigned i = 0; i < 16; i++) {
            enum disk_operation operation = n < 16 ? DISK_READ : DISK_WRITE;
            enum disk_result result = request_run(d, i % disk_facts(d)->queues, operation,
                                                  (n * 16 + i) * 8, memory, PAGE_SIZE);
            if (result != (i == n % 16 ? DISK_FAILED : DISK_DONE))
                check_fail(c, "request %u of sequence %u ended with %d", i, n, (int)result);
        }
}

CHECK(disk_flush_fails, "disk/a_flush_a_discard_and_zeroes_that_fail_say_so") {
    struct disk *d = disk_of(c, FLUSH_FAILS_SECTORS);
    if (!d)
        return;
    CHECK_THAT(c, request_run(d, 0, DISK_WRITE, 0, memory, PAGE_SIZE) == DISK_DONE);
    CHECK_THAT(c, request_run(d, 0, DISK_FLUSH, 0, NULL, 0) == DISK_FAILED);
    CHECK_THAT(c, range_run(d, DISK_DISCARD, 0, 8) == DISK_FAILED);
    CHECK_THAT(c, range_run(d, DISK_ZERO, 0, 8) == DISK_FAILED);
    CHECK_THAT(c, request_run(d, 0, DISK_READ, 0, memory, PAGE_SIZE) == DISK_DONE);
}
