/* SPDX-License-Identifier: MIT */
/* root.c -- see root.h: the permission of a root, which target.c asks. */
#include "exo/xn/store/root.h"

#include "exo/defence.h"
#include "exo/xn/store/registry.h"

struct xn_root *roots_of(struct xn *x, uint32_t volume, struct xn_entry **e) {
    *e = entry_find(x, volume, x->volume[volume].root_at);
    return (struct xn_root *)entry_bytes(x, *e);
}

bool root_permits(const struct xn *x, const struct xn_entry *roots, uint32_t block,
                  uint64_t credential) {
    const struct xn_root *root = (const struct xn_root *)entry_bytes(x, roots);
    for (unsigned i = 0; i < XN_ROOTS; i++)
        if (root[i].name[0] && root[i].tree.block == block)
            return !root[i].credential || root[i].credential == credential ||
                   !DEFENDED(XN_ROOT_OWNER);
    return false;
}
