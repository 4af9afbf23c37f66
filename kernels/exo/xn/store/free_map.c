/* SPDX-License-Identifier: MIT */
/* free_map.c -- see free_map.h. */
#include "exo/xn/store/free_map.h"

#include "exo/xn/store/registry.h"

bool map_run_is_free(const struct xn_volume *v, uint32_t block, uint32_t count) {
    return map_bits(v, block, count, BITS_ARE_CLEAR);
}

/* To be changed: so is its block of the map. */
static inline uint64_t *map_word_changed(struct xn *x, const struct xn_volume *v, uint32_t block) {
    struct xn_entry *e = v->map_entry[block / XN_MAP_BLOCKS];
    if (e->version == e->submitted)
        entry_changed(x, e);
    return map_word(x, v, block);
}

static inline void change(struct xn *x, uint32_t volume, uint32_t block, uint32_t count,
                          enum bits what) {
    struct xn_volume *v = &x->volume[volume];
    v->free = what == BITS_SET ? v->free - count : v->free + count;
    bits_walk(map_word_changed, x, v, block, count, what);
}

void map_allocate(struct xn *x, uint32_t volume, uint32_t block, uint32_t count) {
    change(x, volume, block, count, BITS_SET);
}

void map_free(struct xn *x, uint32_t volume, uint32_t block, uint32_t count) {
    change(x, volume, block, count, BITS_CLEAR);
}

bool xn_is_allocated(const struct xn_volume *v, uint32_t block) {
    return !map_is_free(v, block, 1);
}
