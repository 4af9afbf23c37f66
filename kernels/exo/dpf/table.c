/* SPDX-License-Identifier: MIT */
/* table.c -- which node a value leads to: one value directly, more by a hash table with linear
 * probing (Knuth, vol. 3, 6.4, algorithms L and R), half full at most. Its content depends on what
 * is in it, and not on what was: after a removal it is as if that had never been there. */
#include "exo/dpf/dpf_own.h"

#define SIZE_LEAST 4

static struct dpf_slot *search(struct dpf_slot *slot, uint32_t last, uint32_t value) {
    uint32_t i = dpf_hash(value, last);
    while (slot[i].node && slot[i].value != value)
        i = (i + 1) & last;
    return &slot[i];
}

struct dpf_slot *dpf_table_find(struct dpf_table *t, uint32_t value) {
    if (!t->count)
        return NULL;
    struct dpf_slot *found = t->last ? search(t->slot, t->last, value) : &t->one;
    return found->node && found->value == value ? found : NULL;
}

static size_t bytes_of(uint32_t last) {
    return last ? (last + 1) * sizeof(struct dpf_slot) : 0;
}

/* The same values in a table of another size; 0: in none, but `one`. */
static bool resize(struct dpf_table *t, struct dpf_set *s, uint32_t last) {
    struct dpf_slot *to = last ? dpf_allocate(s, bytes_of(last)) : NULL;
    if (last && !to)
        return false;
    for (uint32_t i = 0; t->last && i <= t->last; i++)
        if (t->slot[i].node)
            *(last ? search(to, last, t->slot[i].value) : &t->one) = t->slot[i];
    if (!t->last && t->count)
        *search(to, last, t->one.value) = t->one;
    dpf_free(s, t->slot, bytes_of(t->last));
    t->slot = to;
    t->last = last;
    return true;
}

bool dpf_table_add(struct dpf_table *t, struct dpf_set *s, uint32_t value, uint32_t node) {
    if (!t->count) {
        t->one = (struct dpf_slot){value, node};
    } else {
        uint32_t last = t->last ? t->last : SIZE_LEAST - 1;
        while (last + 1 < 2 * (t->count + 1))
            last = 2 * last + 1;
        if (last != t->last && !resize(t, s, last))
            return false;
        *search(t->slot, t->last, value) = (struct dpf_slot){value, node};
    }
    t->count++;
    return true;
}

/* Whoever was pushed behind the hole moves into it, until none is left (algorithm R). */
static void close_hole(struct dpf_slot *slot, uint32_t last, uint32_t hole) {
    for (uint32_t i = (hole + 1) & last; slot[i].node; i = (i + 1) & last) {
        uint32_t home = dpf_hash(slot[i].value, last);
        if (((i - home) & last) >= ((i - hole) & last)) {
            slot[hole] = slot[i];
            hole = i;
        }
    }
    slot[hole] = (struct dpf_slot){0, 0};
}

void dpf_table_remove(struct dpf_table *t, struct dpf_set *s, uint32_t value) {
    if (t->last)
        close_hole(t->slot, t->last, (uint32_t)(search(t->slot, t->last, value) - t->slot));
    t->count--;
    if (t->count <= 1 && t->last)
        resize(t, s, 0); /* to nothing: it needs no memory */
    else if (t->last >= SIZE_LEAST && t->last + 1 >= 4 * (t->count + 1))
        resize(t, s, t->last / 2); /* if there is memory; else it stays large */
}
