/* SPDX-License-Identifier: MIT */
/* write_out.h -- some blocks are durable before a file system goes on: what an fsync wants. */
#ifndef EXO_LIBOS_PARTS_WRITE_OUT_H
#define EXO_LIBOS_PARTS_WRITE_OUT_H

#include "exo/libos/disk/store.h"

/* Blocks that are on their way; `single` as of store's `writeback`. */
struct write_out {
    struct store *store;
    bool single;
    uint32_t count, block[64];
};

static inline void write_out_begin(struct write_out *w, struct store *store, bool single) {
    w->store = store;
    w->single = single;
    w->count = 0;
}
/* One more of them. 0, or the store's error, here and below. */
long write_out_add(struct write_out *w, uint32_t block);
/* There are no more: all are with the disk, and durable after a flush. */
long write_out_end(struct write_out *w);

/* The block, and those that own it as far as they are not on the disk, are durable, from below. */
long write_out_path(struct store *s, uint32_t block, bool single);

#endif
