/* SPDX-License-Identifier: MIT */
/* pointer_index.c -- see pointer_index.h. */
#include "exo/libos/parts/pointer_index.h"

#include "lib/error.h"

long index_find(struct meta *m, const struct index_kind *k, unsigned level, uint64_t index,
                uint32_t owner, bool make, struct spot *spot, uint32_t *block) {
    const uint32_t n = index_entries(k, m->pointer);
    for (;; level--) {
        const struct spot from = *spot;
        const uint8_t type = k->type[level];
        const unsigned char *bytes;
        if (*block == 0 && make) {
            struct edit e;
            edit_begin(&e);
            long made = edit_alloc(m, &e, from, from.block, 1, type, owner);
            long error = made < 0 ? made : k->begin(m, (uint32_t)made, type, owner);
            if (error < 0)
                return error;
            *block = (uint32_t)made;
        }
        spot->block = 0;
        if (*block == 0)
            return 0;
        long error = meta_look(m, from, *block, type, &bytes);
        if (error < 0)
            return error;
        *spot = index_spot(k, m, *block, (uint32_t)(level > 0 ? index / n : index % n));
        *block = pointer_at(bytes, spot->at);
        if (level == 0)
            return 0;
    }
}

long index_cut_data(struct meta *m, const unsigned char *bytes, struct spot spot, uint32_t count,
                    uint32_t owner) {
    for (uint32_t i = 0, run; i < count; i += run == 0 ? 1 : run) {
        const struct spot here = {spot.block, spot.partition, spot.at + i * m->pointer};
        const uint32_t left = count - i < STORE_RUN ? count - i : STORE_RUN;
        struct edit e;
        run = pointer_run(m, bytes, here.at, left);
        edit_begin(&e);
        long error =
            run == 0 ? 0 : edit_free(m, &e, here, pointer_at(bytes, here.at), run, XN_BYTES, owner);
        if (error < 0)
            return error;
    }
    return 0;
}

long index_cut(struct meta *m, const struct index_kind *k, unsigned level, struct spot spot,
               const unsigned char *above, uint64_t keep, uint32_t owner) {
    const uint32_t n = index_entries(k, m->pointer), block = pointer_at(above, spot.at);
    const uint64_t span = level == 0 ? 1 : n;
    if (block == 0 || keep >= n * span)
        return 0;
    const unsigned char *bytes;
    long error = meta_get(m, spot, block, k->type[level], &bytes);
    if (error < 0)
        return error;
    for (uint32_t i = (uint32_t)(keep / span), some; i < n && error == 0; i += some) {
        const struct spot here = index_spot(k, m, block, i);
        const uint32_t window = k->window / m->pointer;
        some = level > 0 ? 1 : window - i % window;
        error = level > 0 ? index_cut(m, k, level - 1, here, bytes,
                                      i == keep / span ? keep % span : 0, owner)
                          : index_cut_data(m, bytes, here, some, owner);
    }
    store_put(m->store, block);
    if (error < 0 || keep > 0)
        return error;
    struct edit e;
    edit_begin(&e);
    return edit_free(m, &e, spot, block, 1, k->type[level], owner);
}
