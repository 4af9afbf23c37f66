/* SPDX-License-Identifier: MIT */
/* dpf_table.c -- which node a value leads to: one value directly, more by extendible hashing (Fagin
 * et al., TODS 4(3), 1979): a directory of small tables of linear probing (Knuth, vol. 3, 6.4,
 * algorithms L and R), half full at most, which are split one at a time. So whoever looks passes
 * DPF_SMALL_MOST others at most, and whoever adds moves so many, however many there are. */
#include "exo/dpf/dpf_own.h"

#include "lib/string.h"

/* Two small tables are one again when they hold so many. */
#define MERGED_MOST (DPF_SMALL_MOST / 2)

static size_t bytes_of(uint64_t last) {
    return sizeof(struct dpf_directory) + (last + 1) * sizeof(struct dpf_slot *);
}

#define SMALL_BYTES (DPF_SMALL * sizeof(struct dpf_slot))

/* The value's slot, or the free one that ends the search. */
static struct dpf_slot *search(struct dpf_slot *small, uint32_t value) {
    uint32_t i = dpf_hash_small(value);
    while (small[i].entry && small[i].value != value)
        i = (i + 1) % DPF_SMALL;
    return &small[i];
}

static uint32_t where(const struct dpf_directory *d, uint32_t value) {
    return (uint32_t)(dpf_hash(value) & d->last);
}

struct dpf_slot *dpf_table_find(const struct dpf_table *t, uint32_t value) {
    struct dpf_slot *found = (struct dpf_slot *)(uintptr_t)&t->one;
    if (!t->count)
        return NULL;
    if (t->directory)
        found = search(t->directory->small[where(t->directory, value)], value);
    return found->entry && found->value == value ? found : NULL;
}

/* How many bits of the hash all values of a small table have in common: places of the directory
 * that differ in further ones have the same small table. */
static uint64_t common(const struct dpf_directory *d, uint32_t at) {
    uint64_t half = (d->last + 1) / 2;
    while (half && d->small[at ^ half] == d->small[at])
        half /= 2;
    return half ? 2 * half : 1;
}

const struct dpf_slot *dpf_table_each(const struct dpf_table *t, uint32_t *at) {
    static const struct dpf_slot none;
    const struct dpf_directory *d = t->directory;
    if (!d)
        return t->count && !(*at)++ ? &t->one : NULL;
    uint32_t place = *at / DPF_SMALL;
    if (place > d->last)
        return NULL;
    if (*at % DPF_SMALL == 0 && place >= common(d, place)) { /* seen where it stands first */
        *at += DPF_SMALL;
        return &none;
    }
    return &d->small[place][(*at)++ % DPF_SMALL];
}

const struct dpf_slot *dpf_table_next(const struct dpf_table *t, uint32_t *at) {
    const struct dpf_slot *slot = dpf_table_each(t, at);
    while (slot && !slot->entry)
        slot = dpf_table_each(t, at);
    return slot;
}

void dpf_table_free(struct dpf_table *t, struct dpf_set *s) {
    struct dpf_directory *d = t->directory;
    for (uint32_t i = 0; d && i <= d->last; i++)
        if (i < common(d, i))
            dpf_free(s, d->small[i], SMALL_BYTES);
    if (d)
        dpf_free(s, d, bytes_of(d->last));
    t->directory = NULL;
}

/* --- One comes --- */

/* A directory of so many places, as the one before says, again and again. */
static bool resize(struct dpf_table *t, struct dpf_set *s, uint64_t last) {
    struct dpf_directory *was = t->directory, *d = dpf_allocate(s, bytes_of(last));
    if (!d)
        return false;
    size_t half = (size_t)((last < was->last ? last : was->last) + 1);
    d->last = last;
    memcpy(d->small, was->small, half * sizeof(struct dpf_slot *));
    if (last > was->last)
        memcpy(d->small + half, was->small, half * sizeof(struct dpf_slot *));
    dpf_free(s, was, bytes_of(was->last));
    t->directory = d;
    return true;
}

static uint32_t count(const struct dpf_slot *small) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < DPF_SMALL; i++)
        n += small[i].entry != 0;
    return n;
}

/* Two tables of one, by the next bit of the hash; those whose bit is set into the new one. */
static bool split(struct dpf_table *t, struct dpf_set *s, uint32_t at) {
    uint64_t bit = common(t->directory, at);
    if (bit > t->directory->last && (bit > DPF_SMALLS / 2 || !resize(t, s, 2 * bit - 1)))
        return false;
    struct dpf_slot *new = dpf_allocate(s, SMALL_BYTES), old[DPF_SMALL];
    if (!new)
        return false;
    struct dpf_directory *d = t->directory;
    struct dpf_slot *small = d->small[at];
    memcpy(old, small, SMALL_BYTES);
    memset(small, 0, SMALL_BYTES);
    for (uint32_t i = 0; i < DPF_SMALL; i++)
        if (old[i].entry)
            *search(dpf_hash(old[i].value) & bit ? new : small, old[i].value) = old[i];
    for (uint64_t i = (at & (bit - 1)) | bit; i <= d->last; i += 2 * bit)
        d->small[i] = new;
    return true;
}

/* From one value to a table. */
static bool begin(struct dpf_table *t, struct dpf_set *s) {
    struct dpf_directory *d = dpf_allocate(s, bytes_of(0));
    struct dpf_slot *small = dpf_allocate(s, SMALL_BYTES);
    if (!d || !small) {
        dpf_free(s, d, bytes_of(0));
        dpf_free(s, small, SMALL_BYTES);
        return false;
    }
    d->small[0] = small;
    *search(small, t->one.value) = t->one;
    t->directory = d;
    return true;
}

bool dpf_table_is_full(const struct dpf_table *t, uint32_t value) {
    const struct dpf_directory *d = t->directory;
    return d && count(d->small[where(d, value)]) == DPF_SMALL_MOST;
}

bool dpf_table_split(struct dpf_table *t, struct dpf_set *s, uint32_t value) {
    return split(t, s, where(t->directory, value));
}

bool dpf_table_add(struct dpf_table *t, struct dpf_set *s, uint32_t value, uint32_t node) {
    struct dpf_slot new = {value, node * (uint32_t)sizeof(struct dpf_entry)};
    if (!t->count) {
        t->one = new;
    } else {
        if (!t->directory && !begin(t, s))
            return false;
        *search(t->directory->small[where(t->directory, value)], value) = new;
    }
    t->count++;
    return true;
}

/* --- and goes --- */

/* Whoever was pushed behind the hole moves into it, until none is left (algorithm R). */
static void close_hole(struct dpf_slot *small, uint32_t hole) {
    for (uint32_t i = (hole + 1) % DPF_SMALL; small[i].entry; i = (i + 1) % DPF_SMALL) {
        uint32_t home = dpf_hash_small(small[i].value);
        if ((i - home) % DPF_SMALL >= (i - hole) % DPF_SMALL) {
            small[hole] = small[i];
            hole = i;
        }
    }
    small[hole] = (struct dpf_slot){0, 0};
}

/* The opposite of split, while few are left. */
static void merge(struct dpf_table *t, struct dpf_set *s, uint32_t at) {
    struct dpf_directory *d = t->directory;
    for (uint64_t bit; (bit = common(d, at) / 2) && common(d, at ^ (uint32_t)bit) == 2 * bit;) {
        struct dpf_slot *small = d->small[at], *other = d->small[at ^ bit];
        if (count(small) + count(other) > MERGED_MOST)
            return;
        for (uint32_t i = 0; i < DPF_SMALL; i++)
            if (other[i].entry)
                *search(small, other[i].value) = other[i];
        for (uint64_t i = at & (bit - 1); i <= d->last; i += bit)
            d->small[i] = small;
        dpf_free(s, other, SMALL_BYTES);
    }
}

/* A directory that says everything twice becomes half as long, if there is memory for that. */
static void shorten(struct dpf_table *t, struct dpf_set *s) {
    const struct dpf_directory *d = t->directory;
    uint64_t half = (d->last + 1) / 2;
    for (uint64_t i = 0; i < half; i++)
        if (d->small[i] != d->small[i + half])
            return;
    if (half)
        resize(t, s, half - 1);
}

void dpf_table_remove(struct dpf_table *t, struct dpf_set *s, uint32_t value) {
    uint32_t at = 0;
    t->count--;
    if (!t->directory)
        return;
    struct dpf_slot *small = t->directory->small[where(t->directory, value)];
    close_hole(small, (uint32_t)(search(small, value) - small));
    if (t->count == 1) {
        t->one = *dpf_table_next(t, &at);
        dpf_table_free(t, s);
        return;
    }
    merge(t, s, where(t->directory, value));
    shorten(t, s);
}
