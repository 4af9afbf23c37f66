/* SPDX-License-Identifier: MIT */
/* changes.c -- see changes.h. */
#include "exo/xn/type/changes.h"

#include "lib/string.h"

bool xn_changes_are_sound(const struct xn_changes *c) {
    uint32_t total = 0;
    if (c->count > XN_CHANGES_MAX)
        return false;
    for (uint32_t i = 0; i < c->count; i++) {
        uint32_t at = c->change[i].at, bytes = c->change[i].bytes;
        total += bytes;
        if (!bytes || at + bytes > XN_BLOCK_BYTES || total > XN_CHANGED_MAX)
            return false;
    }
    return true;
}

void changes_apply(const struct xn_changes *c, unsigned char *block) {
    const unsigned char *from = c->bytes;
    for (uint32_t i = 0; i < c->count; i++) {
        uint32_t bytes = c->change[i].bytes;
        if (bytes == 8) /* a pointer, most often */
            __builtin_memcpy(block + c->change[i].at, from, 8);
        else
            memcpy(block + c->change[i].at, from, bytes);
        from += bytes;
    }
}
