/* SPDX-License-Identifier: MIT */
/* blk_answer.h -- what a disk's answer to a request means; pure. */
#ifndef DRIVERS_BLK_ANSWER_H
#define DRIVERS_BLK_ANSWER_H

#include "drivers/disk.h"

/* The byte that the device writes at the end; and what is there before. */
enum { BLK_OK, BLK_FAILED, BLK_UNSUPPORTED, BLK_NONE = 0xff };

/* STATUS, read once, and how much the device says that it has WRITTEN into the request's memory,
 * the answer included. A read that wrote less than was asked for has failed: nobody takes what a
 * frame held before for the disk's. */
static inline enum disk_result blk_answer(const struct disk_request *r, uint8_t status,
                                          uint32_t written) {
    if (status == BLK_UNSUPPORTED)
        return DISK_UNSUPPORTED;
    uint64_t due = 1 + (r->operation == DISK_READ ? (uint64_t)r->sectors * DISK_SECTOR : 0);
    return status == BLK_OK && written >= due ? DISK_DONE : DISK_FAILED;
}

#endif
