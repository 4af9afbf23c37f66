/* SPDX-License-Identifier: MIT */
/* entry.h -- from an entry to its number, its parent, its bytes. */
#ifndef EXO_XN_ENTRY_H
#define EXO_XN_ENTRY_H

#include "exo/xn/xn.h"

static inline uint32_t entry_number(const struct xn *x, const struct xn_entry *e) {
    return (uint32_t)(e - x->entry);
}

/* null: none. */
static inline struct xn_entry *entry_parent(const struct xn *x, const struct xn_entry *e) {
    return e->parent ? &x->entry[e->parent] : NULL;
}

/* How it is mapped is what its owner says. */
static inline void entry_count_maps(const struct xn *x, struct xn_entry *e) {
    if (e->maps && x->counted)
        x->counted(x->owner, e);
}

static inline unsigned char *entry_bytes(const struct xn *x, const struct xn_entry *e) {
    return x->bytes(x->owner, e->frame);
}

/* Was it never in core since it was allocated? Then the disk has what another one left there. (One
 * that was in core may have left it before it was durable.) */
static inline bool entry_is_fresh(const struct xn_entry *e) {
    return e->type && !(e->flags & XN_INITIALISED) && !e->version;
}

#endif
