/* SPDX-License-Identifier: MIT */
/* quotas.c -- see quotas.h. */
#include "exo/libos/parts/quotas.h"

#include <stddef.h>

#include "lib/error.h"

struct quota *quota_of(struct quotas *q, uint32_t uid) {
    for (uint32_t i = 0; i < q->count; i++)
        if (q->of[i].uid == uid)
            return &q->of[i];
    return NULL;
}

long quota_charge(struct quotas *q, uint32_t uid, uint32_t blocks) {
    struct quota *his = quota_of(q, uid);
    if (his == NULL)
        return 0;
    if (his->limit != 0 && (blocks > his->limit || his->used > his->limit - blocks))
        return -E_QUOTA;
    his->used += blocks;
    return 0;
}

void quota_refund(struct quotas *q, uint32_t uid, uint32_t blocks) {
    struct quota *his = quota_of(q, uid);
    if (his != NULL)
        his->used -= his->used < blocks ? his->used : blocks;
}
