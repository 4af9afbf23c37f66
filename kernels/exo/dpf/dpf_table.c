/* SPDX-License-Identifier: MIT */
/* dpf_table.c -- which node a value leads to: one value directly, more by a hash table with linear
 * probing (Knuth, vol. 3, 6.4, algorithms L and R), half full at most. Its content depends on what
 * is in it, and not on what was: after a removal it is as if that had never been there. */
#include "exo/dpf/dpf_own.h"

#define SIZE_LEAST 4

static struct dpf_slot *search(struct dpf_slot *slot, uint32_t last, uint32_t value) {
    uint32_t i = dpf_hash(value, last);
    while (slot[i].entry && slot[i].value != value)
        i = (i + 1) & last;
    return &slot[i];
}

struct dpf_slot *dpf_table_find(struct dpf_table *t, uint32_t value) {
    if (!t->count)
        return NULL;
    struct dpf_slot *found = t->slot ? search(t->slot, dpf_table_last(t), value) : &t->one;
    return found->entry && found->value == value ? found : NULL;
}

static size_t bytes_of(uint32_t last) {
    return (last + 2) * sizeof(struct dpf_slot);
}

void dpf_table_free(struct dpf_table *t, struct dpf_set *s) {
    if (t->slot)
        dpf_free(s, t->slot - 1, bytes_of(dpf_table_last(t)));
    t->slot = NULL;
}

/* The same values in a table of another size; 0: in none, but `one`. */
static bool resize(struct dpf_table *t, struct dpf_set *s, uint32_t last) {
    struct dpf_slot *to = last ? dpf_allocate(s, bytes_of(last)) : NULL;
    if (last && !to)
        return false;
    if (last)
        (to++)->value = last;
    for (uint32_t i = 0; t->slot && i <= dpf_table_last(t); i++)
        if (t->slot[i].entry)
            *(last ? search(to, last, t->slot[i].value) : &t->one) = t->slot[i];
    if (!t->slot && t->count)
        *search(to, last, t->one.value) = t->one;
    dpf_table_free(t, s);
    t->slot = to;
    return true;
}

bool dpf_table_add(struct dpf_table *t, struct dpf_set *s, uint32_t value, uint32_t node) {
    if (!t->count) {
        t->one = (struct dpf_slot){value, node * (uint32_t)sizeof(struct dpf_entry)};
    } else {
        uint32_t was = dpf_table_last(t), last = was ? was : SIZE_LEAST - 1;
        while (last + 1 < 2 * (t->count + 1))
            last = 2 * last + 1;
        if (last != was && !resize(t, s, last))
            return false;
        *search(t->slot, last, value) =
            (struct dpf_slot){value, node * (uint32_t)sizeof(struct dpf_entry)};
    }
    t->count++;
    return true;
}

/* Whoever was pushed behind the hole moves into it, until none is left (algorithm R). */
static void close_hole(struct dpf_slot *slot, uint32_t last, uint32_t hole) {
    for (uint32_t i = (hole + 1) & last; slot[i].entry; i = (i + 1) & last) {
        uint32_t home = dpf_hash(slot[i].value, last);
        if (((i - home) & last) >= ((i - hole) & last)) {
            slot[hole] = slot[i];
            hole = i;
        }
    }
    slot[hole] = (struct dpf_slot){0, 0};
}

void dpf_table_remove(struct dpf_table *t, struct dpf_set *s, uint32_t value) {
    uint32_t last = dpf_table_last(t);
    if (last)
        close_hole(t->slot, last, (uint32_t)(search(t->slot, last, value) - t->slot));
    t->count--;
    if (t->count <= 1 && last)
        resize(t, s, 0); /* to nothing: it needs no memory */
    else if (last >= SIZE_LEAST && last + 1 >= 4 * (t->count + 1))
        resize(t, s, last / 2); /* if there is memory; else it stays large */
}
