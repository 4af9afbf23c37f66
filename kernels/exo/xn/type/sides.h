/* SPDX-License-Identifier: MIT */
/* sides.h -- what a change is about: blocks, their partitions, and what comes or goes. */
#ifndef EXO_XN_SIDES_H
#define EXO_XN_SIDES_H

#include "exo/xn/type/changes.h"
#include "exo/xn/type/types.h"

/* A block of metadata in core. */
struct xn_site {
    const struct xn_type *type;
    unsigned char *bytes; /* XN_BLOCK_BYTES, aligned to 8 */
    uint32_t block;
};

/* One partition's part in a change: what it owns after is what it owned before, less `take`, and
 * `add`; count 0 is nothing. Each may be several children side by side. */
struct xn_side {
    struct xn_site at;
    uint32_t partition;
    struct xn_extent take, add;
    const struct xn_changes *changes; /* in bounds: xn_changes_are_sound */
};

/* write: neither; alloc: add; free: take. move: side 0 takes what side 1 adds; swap: each takes
 * what the other adds. Both sides may be of one block, then of different partitions. */
struct xn_change {
    enum xn_operation operation; /* XN_MOVE_OUT stands for a move */
    uint64_t credential;
    unsigned sides;
    struct xn_side side[2];
};

#endif
