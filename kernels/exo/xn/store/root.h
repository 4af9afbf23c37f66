/* SPDX-License-Identifier: MIT */
/* root.h -- the roots of a volume: its one block that names trees. */
#ifndef EXO_XN_STORE_ROOT_H
#define EXO_XN_STORE_ROOT_H

#include "exo/xn/xn.h"

/* On the disk: no sector has half of one. */
struct xn_root {
    char name[XN_NAME_BYTES]; /* filled with zeros; empty: none */
    struct xn_extent tree;
    uint64_t credential; /* who may do everything to the tree's root; 0: anybody */
    uint32_t flags;
    uint32_t zero[7];
};
_Static_assert(sizeof(struct xn_root) * XN_ROOTS == XN_BLOCK_BYTES, "the form on disk");

/* All of a mounted volume, and the entry of their block. */
struct xn_root *roots_of(struct xn *x, uint32_t volume, struct xn_entry **e);
/* Of the tree whose root is `block`. */
bool root_permits(const struct xn *x, const struct xn_entry *roots, uint32_t block,
                  uint64_t credential);

#endif
