/* SPDX-License-Identifier: MIT */
/* declared.c -- windows where the type says that they are, as its class does: see designs.h. */
#include "exo/xn/type/designs.h"
#include "lib/error.h"
#include "lib/string.h"

uint32_t declared_partitions(const struct xn_site *site) {
    return site->type->partitions;
}

/* Which arm of a union the block is; -1: none yet; -E_INVALID: none of them. */
enum { NO_ARM = -1 };
static int arm_of(const struct xn_site *site) {
    const struct xn_type *t = site->type;
    uint32_t value = 0;
    memcpy(&value, site->bytes + t->choice, t->width);
    if (!value)
        return NO_ARM;
    for (int arm = 0; arm < t->arms; arm++)
        if (t->value[arm] == value)
            return arm;
    return -E_INVALID - 1;
}

int declared_window(const struct xn_types *types, const struct xn_site *site, uint32_t partition,
                    struct xn_window *window) {
    (void)types;
    const struct xn_type *t = site->type;
    int arm = t->width ? arm_of(site) : 0;
    if (partition >= t->partitions || arm < NO_ARM)
        return -E_INVALID;
    const struct xn_group *g = &t->group[arm == NO_ARM ? 0 : arm * t->groups];
    while (partition - g->partition >= g->count)
        g++;
    uint32_t index = partition - g->partition;
    *window = (struct xn_window){.first = (uint16_t)(g->first + index * g->stride),
                                 .bytes = g->stride,
                                 .index = (uint16_t)index,
                                 .most = g->base->most,
                                 .base = arm == NO_ARM ? NULL : g->base};
    return 0;
}

bool declared_hits(const struct xn_site *site, uint32_t at, uint32_t bytes) {
    const struct xn_type *t = site->type;
    for (unsigned k = 0; k < t->groups; k++) {
        const struct xn_group *g = &t->group[k];
        if (at < g->first + (uint32_t)g->stride * g->count && g->first < at + bytes)
            return true;
    }
    return false;
}
