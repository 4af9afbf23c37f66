/* SPDX-License-Identifier: MIT */
/* changes.h -- byte ranges of a block that get other values. */
#ifndef EXO_XN_CHANGES_H
#define EXO_XN_CHANGES_H

#include <stdbool.h>
#include <stdint.h>

#include "exo/xn/type/udf.h"
#include "lib/string.h"

/* Their bytes in all, of at most XN_CHANGES_MAX ranges within a block, none empty. More than
 * XN_CHANGED_MAX: these are no changes. To be asked of a copy that its author cannot change any
 * more, by whoever makes it: nobody below asks again. */
static inline uint32_t xn_changes_bytes(const struct xn_changes *c) {
    uint32_t total = 0;
    if (c->count > XN_CHANGES_MAX)
        return UINT32_MAX;
    for (uint32_t i = 0; i < c->count; i++) {
        uint32_t at = c->change[i].at, bytes = c->change[i].bytes;
        total += bytes;
        if (!bytes || at + bytes > XN_BLOCK_BYTES)
            return UINT32_MAX;
    }
    return total;
}
static inline bool xn_changes_are_sound(const struct xn_changes *c) {
    return xn_changes_bytes(c) <= XN_CHANGED_MAX;
}

/* One behind the other. */
static inline void changes_apply(const struct xn_changes *c, unsigned char *block) {
    const unsigned char *from = c->bytes;
    if (c->count == 1 && c->change[0].bytes == 8) /* a pointer: no call */
        __builtin_memcpy(block + c->change[0].at, from, 8);
    else
        for (uint32_t i = 0; i < c->count; from += c->change[i++].bytes)
            memcpy(block + c->change[i].at, from, c->change[i].bytes);
}

#endif
