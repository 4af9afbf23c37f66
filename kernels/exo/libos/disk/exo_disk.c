/* SPDX-License-Identifier: MIT */
/* exo_disk.c -- see exo_disk.h. */
#include "exo/libos/disk/exo_disk.h"

#include "exo/libos/disk/disk_await.h"
#include "exo/libos/time/clock.h"

/* One request, to its end. The kernel names blocks and frames; a disk that has no room for one more
 * has it after the next end. */
static long request(struct exo_raw_disk *d, enum exo_disk_operation operation, uint32_t block,
                    uint32_t count, uint64_t frames) {
    const uint64_t how = EXO_DISK_HOW(operation, d->disk, d->slot, d->holder) | EXO_DISK_WAIT;
    const uint64_t word = word_at(&d->word);
    uint32_t at = count ? d->first + block : 0;
    long error;
    d->word = 0;
    do {
        error = d->pxn ? exo_pxn_request(how, at, count, frames, word, d->pxn)
                       : exo_disk_request(how, at, count, frames, word);
        if (error == -E_FULL)
            exo_disk_wait(d->disk);
    } while (error == -E_FULL);
    if (!error && disk_await(d->disk, &d->word) != EXO_DISK_DONE)
        error = -E_DAMAGED;
    return error;
}

static long transfer(struct raw_disk *disk, bool write, uint32_t block, uint32_t count,
                     unsigned char *const *page) {
    struct exo_raw_disk *d = (struct exo_raw_disk *)disk;
    uint32_t frame[EXO_DISK_BLOCKS];
    if (count > EXO_DISK_BLOCKS)
        return -E_INVALID;
    for (uint32_t i = 0; i < count; i++)
        frame[i] = (uint32_t)frame_at(page[i]);
    return request(d, write ? EXO_DISK_WRITE : EXO_DISK_READ, block, count,
                   count == 1 ? frame[0] : (uint64_t)frame);
}

/* A disk that keeps what it says it wrote has none to do. */
static long flush(struct raw_disk *disk) {
    struct exo_raw_disk *d = (struct exo_raw_disk *)disk;
    return exposed_disk(d->disk)->flush ? request(d, EXO_DISK_FLUSH, 0, 0, 0) : 0;
}

static uint64_t now(struct raw_disk *disk) {
    uint64_t hz = env_info()->tsc_hz ? env_info()->tsc_hz : 1, ticks = clock_now();
    (void)disk;
    return ticks / hz * 1000000000 + ticks % hz * 1000000000 / hz;
}

long exo_raw_disk_open(struct exo_raw_disk *d, unsigned disk, uint32_t first, uint32_t blocks,
                       unsigned slot, unsigned holder, uint64_t pxn) {
    if (disk >= env_info()->disks)
        return -E_NOT_FOUND;
    if (!blocks || first + (uint64_t)blocks > exposed_disk(disk)->blocks)
        return -E_INVALID;
    *d = (struct exo_raw_disk){
        .raw = {.blocks = blocks, .atom = 512, .transfer = transfer, .flush = flush, .now = now},
        .disk = disk,
        .first = first,
        .slot = slot,
        .holder = holder,
        .pxn = pxn};
    return 0;
}
