/* SPDX-License-Identifier: MIT */
/* quotas.h -- how many blocks users have, and may have. A file system counts, and keeps on the disk
 * what it wants to know again. */
#ifndef EXO_LIBOS_PARTS_QUOTAS_H
#define EXO_LIBOS_PARTS_QUOTAS_H

#include <stdint.h>

#define QUOTAS 16u

struct quotas {
    uint32_t count;
    struct quota {
        uint32_t uid, used, limit; /* blocks; no limit: 0 */
        uint32_t slot, stored;     /* where it is on the disk, and what is `used` there */
    } of[QUOTAS];
};

/* Null: the user has none, and is not counted. */
struct quota *quota_of(struct quotas *q, uint32_t uid);
/* So many more: 0; -E_QUOTA, and they are not counted. */
long quota_charge(struct quotas *q, uint32_t uid, uint32_t blocks);
void quota_refund(struct quotas *q, uint32_t uid, uint32_t blocks);

#endif
