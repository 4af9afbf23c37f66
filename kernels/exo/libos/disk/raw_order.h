/* SPDX-License-Identifier: MIT */
/* raw_order.h -- the order of a raw store's writes. The disk may reorder and lose what is not
 * flushed; so
 *   - a block that was freed stays allocated until what pointed to it is durable without the
 *     pointer (records);
 *   - metadata are durable before what points to them is written (taints, counted);
 *   - what was moved is durable in its new place before its old one is written (edges). */
#ifndef EXO_LIBOS_DISK_RAW_ORDER_H
#define EXO_LIBOS_DISK_RAW_ORDER_H

#include "exo/libos/disk/raw_volume.h"

bool raw_is_dirty(const struct raw_store *r, uint32_t block);
bool raw_may_write(const struct raw_store *r, uint32_t block);

/* The block has other bytes now. */
void raw_changed(struct raw_store *r, uint32_t block);
/* The disk has its present version, and may lose it. */
void raw_wrote(struct raw_store *r, uint32_t block);
/* It keeps all that it had. */
void raw_flushed(struct raw_store *r);

void raw_allocated(struct raw_store *r, uint32_t block, uint8_t type, uint32_t parent,
                   uint32_t partition);
/* A block's parent becomes known. */
void raw_found(struct raw_store *r, uint32_t block, uint32_t parent, uint32_t partition);
/* There is room for its record. Parent 0: a root. */
void raw_freed(struct raw_store *r, uint32_t block, uint32_t parent);
/* -E_ORDER: its parent would wait for itself. */
long raw_may_free(const struct raw_store *r, uint32_t block, uint32_t parent);
/* -E_ORDER: the two blocks would wait for each other. */
long raw_may_move(struct raw_store *r, uint32_t from, uint32_t to, uint32_t child);
void raw_moved(struct raw_store *r, uint32_t block, uint8_t type, uint32_t from, uint32_t to,
               uint32_t partition);
/* `later` waits for `first`, if that is not durable. -E_ORDER: a circle. */
long raw_edge(struct raw_store *r, uint32_t later, uint32_t first);

#endif
