/* SPDX-License-Identifier: MIT */
/* hash_set.c -- see hash_set.h. */
#include "hash_set.h"
#include "base/memory.h"
#include "crash_states.h"

#include <stdlib.h>

enum { SIZE_FIRST = 1024 };

/* The slot that has the hash, or the free one where it would be. */
static struct seen_state *slot_of(const struct hash_set *s, struct state_hash hash) {
    size_t at = hash.low & (s->size - 1);
    while (s->slots[at].used &&
           (s->slots[at].hash.high != hash.high || s->slots[at].hash.low != hash.low))
        at = (at + 1) & (s->size - 1);
    return &s->slots[at];
}

static void grow(struct hash_set *s) {
    struct hash_set larger = {.size = s->size ? 2 * s->size : SIZE_FIRST, .count = s->count};
    larger.slots = memory_new(larger.size, sizeof *larger.slots);
    for (size_t i = 0; i < s->size; i++)
        if (s->slots[i].used)
            *slot_of(&larger, s->slots[i].hash) = s->slots[i];
    free(s->slots);
    *s = larger;
}

bool hash_set_add(struct hash_set *s, struct state_hash hash, size_t flushes, bool torn) {
    if (2 * s->count >= s->size)
        grow(s);
    struct seen_state *slot = slot_of(s, hash);
    bool is_new = !slot->used;
    if (is_new)
        *slot = (struct seen_state){.hash = hash, .used = true, .torn = true};
    s->count += is_new;
    slot->torn = slot->torn && torn;
    if (slot->flushes < flushes)
        slot->flushes = flushes;
    return is_new;
}

const struct seen_state *hash_set_find(const struct hash_set *s, struct state_hash hash) {
    const struct seen_state *slot = s->size ? slot_of(s, hash) : NULL;
    return slot && slot->used ? slot : NULL;
}

void hash_set_free(struct hash_set *s) {
    free(s->slots);
    *s = (struct hash_set){0};
}

uint64_t hash_draw(struct state_hash hash, uint64_t seed) {
    return drawn_by(seed ^ hash.high, hash.low);
}

static int compare(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

uint64_t hash_set_draw(const struct hash_set *s, uint64_t seed, size_t most) {
    if (s->count <= most)
        return UINT64_MAX;
    if (!most)
        return 0;
    size_t count = 0;
    uint64_t *all = memory_new(s->count, sizeof *all);
    for (size_t i = 0; i < s->size; i++)
        if (s->slots[i].used)
            all[count++] = hash_draw(s->slots[i].hash, seed);
    qsort(all, count, sizeof *all, compare);
    uint64_t last = all[most - 1];
    free(all);
    return last;
}
