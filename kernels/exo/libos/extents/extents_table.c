/* SPDX-License-Identifier: MIT */
/* extents_table.c -- see extents_table.h. */
#include "exo/libos/extents/extents_table.h"

#include <stddef.h>

#include "lib/string.h"

_Static_assert(sizeof(struct extents_table) <= 4096, "it has a block");

bool extents_sound(const struct extents_table *t, uint32_t blocks) {
    uint64_t end = 1;
    if (t->magic != EXTENTS_MAGIC || t->count > EXTENTS_MOST)
        return false;
    for (uint32_t i = 0; i < t->count; i++) {
        const struct exo_extent e = t->of[i].at;
        if (e.block < end || !e.count)
            return false;
        end = e.block + (uint64_t)e.count;
    }
    return end <= blocks;
}

struct extents_entry *extents_of(struct extents_table *t, struct cap who) {
    for (uint32_t i = 0; i < t->count; i++)
        if (!memcmp(&t->of[i].who, &who, sizeof who))
            return &t->of[i];
    return NULL;
}

struct extents_entry *extents_take(struct extents_table *t, uint32_t blocks, struct cap who,
                                   uint32_t count) {
    uint32_t i = 0, at = 1;
    if (!count || t->count == EXTENTS_MOST)
        return NULL;
    while (i < t->count && t->of[i].at.block - at < count) {
        at = t->of[i].at.block + t->of[i].at.count;
        i++;
    }
    if (i == t->count && (at > blocks || blocks - at < count))
        return NULL;
    for (uint32_t k = t->count++; k > i; k--)
        t->of[k] = t->of[k - 1];
    t->of[i] = (struct extents_entry){.who = who, .at = {at, count}};
    return &t->of[i];
}

void extents_give(struct extents_table *t, struct extents_entry *entry) {
    for (t->count--; entry < t->of + t->count; entry++)
        *entry = entry[1];
}
