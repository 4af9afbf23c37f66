/* SPDX-License-Identifier: MIT */
/* child.h -- what comes below a block of metadata, and goes: free blocks, or an unattached tree. */
#ifndef EXO_XN_CHILD_H
#define EXO_XN_CHILD_H

#include "exo/xn/store/target.h"

struct arrival {
    struct xn_entry *tree; /* null: free blocks... */
    bool entries;          /* ...each of which gets an entry... */
    bool speculative;      /* ...and some may have been read before */
};

/* May it be allocated below t? */
int child_may_come(struct xn *x, const struct xn_who *who, const struct target *t,
                   struct xn_extent child, struct arrival *arrival);
/* It is: by the parent's present version. Cannot fail after child_may_come. */
void child_comes(struct xn *x, const struct xn_who *who, struct xn_entry *parent,
                 struct xn_extent child, const struct arrival *arrival);
/* An unattached tree below a block of `depth` levels: not too deep, no circle. */
int tree_may_come(const struct xn *x, const struct xn_entry *parent, const struct xn_entry *tree);

/* May it be freed? Metadata own nothing. */
int child_may_go(struct xn *x, const struct xn_who *who, const struct target *t,
                 struct xn_extent child);
/* Its entries are released, what waited for it waits for the parent, and the blocks are free: when
 * the parent's present version is durable. */
void child_goes(struct xn *x, const struct xn_who *who, struct xn_entry *parent,
                struct xn_extent child);
/* The same for one block of metadata. */
int block_may_go(struct xn *x, const struct xn_who *who, struct xn_entry *e);
/* A block that is free is nobody's: what was read of it is forgotten. How many were
 * read; -E_AGAIN: one is being read. */
int forget_speculative(struct xn *x, uint32_t volume, uint32_t block, uint32_t count, bool commit);

#endif
