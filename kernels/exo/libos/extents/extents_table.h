/* SPDX-License-Identifier: MIT */
/* extents_table.h -- whose runs of a disk's blocks are: the table in its first block, as the disk's
 * owner keeps it (extents_serve.c). Of no machine; its bytes may be any, until extents_sound. */
#ifndef EXO_LIBOS_EXTENTS_TABLE_H
#define EXO_LIBOS_EXTENTS_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "exo/abi.h"

#define EXTENTS_MAGIC 0x54545845u /* "EXTT" */
#define EXTENTS_MOST  128u

struct extents_table {
    uint32_t magic, count;
    struct extents_entry {
        struct cap who;       /* opens them, and whatever dominates it */
        struct exo_extent at; /* upwards */
        uint64_t node;        /* the proxy node that stands for them; on the disk any number */
    } of[EXTENTS_MOST];
};

/* It is a table of a disk of so many blocks: runs lie within it behind block 0, and none twice. */
bool extents_sound(const struct extents_table *t, uint32_t blocks);
/* Whose name that is; null: nobody's. */
struct extents_entry *extents_of(struct extents_table *t, struct cap who);
/* The first `count` free blocks side by side become his, on a disk of so many; null: there are
 * none, or no more entries. */
struct extents_entry *extents_take(struct extents_table *t, uint32_t blocks, struct cap who,
                                   uint32_t count);
void extents_give(struct extents_table *t, struct extents_entry *entry);

#endif
