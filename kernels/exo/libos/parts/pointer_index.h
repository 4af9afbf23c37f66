/* SPDX-License-Identifier: MIT */
/* pointer_index.h -- indexes: blocks of pointers to data, and blocks of pointers to these. */
#ifndef EXO_LIBOS_PARTS_POINTER_INDEX_H
#define EXO_LIBOS_PARTS_POINTER_INDEX_H

#include "exo/libos/parts/edit.h"

#define INDEX_LEVELS 2u

struct index_kind {
    uint8_t type[INDEX_LEVELS]; /* of an index of data; of one of these */
    uint16_t first, window;     /* its windows begin there and have so many bytes: partitions */
    /* Gives a new one what the file system wants to find in it, but for the pointers. */
    long (*begin)(struct meta *m, uint32_t block, uint8_t type, uint32_t owner);
};

static inline uint32_t index_entries(const struct index_kind *k, uint32_t pointer) {
    return (STORE_BLOCK - k->first) / pointer;
}
static inline struct spot index_spot(const struct index_kind *k, const struct meta *m,
                                     uint32_t block, uint32_t i) {
    const uint32_t at = i * m->pointer;
    return (struct spot){block, at / k->window, k->first + at};
}

/* From the pointer at *spot to an index of that level, and what that is, *block (0: nothing), to
 * the index-th pointer below. *spot.block is 0: nothing leads there; with `make` all that leads to
 * it is made, for `owner`. */
long index_find(struct meta *m, const struct index_kind *k, unsigned level, uint64_t index,
                uint32_t owner, bool make, struct spot *spot, uint32_t *block);
/* Frees what is behind the first `keep` blocks below the pointer at `spot` of a block whose bytes
 * are `above`; all of it, the index, too, if that is 0. */
long index_cut(struct meta *m, const struct index_kind *k, unsigned level, struct spot spot,
               const unsigned char *above, uint64_t keep, uint32_t owner);
/* Frees the data to which `count` pointers from the spot on lead. */
long index_cut_data(struct meta *m, const unsigned char *bytes, struct spot spot, uint32_t count,
                    uint32_t owner);

#endif
