/* SPDX-License-Identifier: MIT */
/* exo-volume.h -- the first disk, by its blocks: an empty volume of XN's is put on it, and blocks
 * as no call would make them. */
#ifndef EXPERIMENTS_METADATA_EXO_VOLUME_H
#define EXPERIMENTS_METADATA_EXO_VOLUME_H

#include "exo/libos/disk/disk_await.h"
#include "exo/libos/exposed.h"
#include "exo/libos/stubs.h"
#include "exo/xn/xn.h"
#include "lib/error.h"

#define PAGE 4096ul
#define RAW  ((unsigned char *)0x548000000000ul) /* a page for the disk's blocks: mapped by then */
#define WORD ((volatile uint64_t *)(RAW + PAGE)) /* and one for a request's word */

/* That block, from RAW or to it: 0, -E_DAMAGED, or as the kernel says. */
static inline long raw(enum exo_disk_operation operation, uint32_t block) {
    *WORD = 0;
    long error = exo_disk_request(EXO_DISK_HOW(operation, 0, 0, 0), block, 1,
                                  (exposed_entry((uint64_t)RAW) & EXO_FRAME_OF) >> 12,
                                  exposed_entry((uint64_t)WORD) & EXO_FRAME_OF);
    return error ? error : disk_await(0, WORD) == EXO_DISK_DONE ? 0 : -E_DAMAGED;
}

/* An empty volume of so many blocks and that design. */
static inline long format(uint32_t blocks, enum xn_design design) {
    for (uint32_t i = 0;; i++) {
        int end = xn_format(blocks, design, 512, i, RAW);
        long error = end ? 0 : raw(EXO_DISK_WRITE, i);
        if (end || error)
            return end < 0 ? end : error;
    }
}

#endif
