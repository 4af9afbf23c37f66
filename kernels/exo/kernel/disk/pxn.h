/* SPDX-License-Identifier: MIT */
/* pxn.h -- proxy nodes: names for extents of a disk, with an access list, for whoever owns the
 * policy of a file system that the kernel knows nothing of (Kaashoek et al., SOSP '97; Xok's
 * pxn.c). One is made of the disk, or of another one; it stands for blocks only as long as all that
 * it was made of do, so that what is taken from one is taken from all made of it, at once. */
#ifndef EXO_KERNEL_PXN_H
#define EXO_KERNEL_PXN_H

#include "exo/abi.h"
#include "exo/kernel/memory/account.h"
#include "exo/kernel/memory/cap.h"

/* A frame of its own, on its maker's account; its free map, if it has one, another. */
struct pxn {
    uint32_t id, parent; /* parent 0: the disk */
    uint32_t disk, owner;
    struct exo_env *account;
    uint32_t untold;              /* places below this have owners who are to be told of a loss */
    uint32_t depth;               /* of what it was made of... */
    uint32_t line[EXO_PXN_DEPTH]; /* ...from the first of them on; line[depth] is itself */
    bool ending;                  /* no blocks are its any more: it is removed when all are told */
    bool frozen;   /* made by one who may only read: nothing of it changes, and none is written */
    uint64_t *map; /* a bit a block of its first extent: taken; null: it has none */
    uint32_t acl_count, extent_count;
    struct cap acl[EXO_PXN_WORDS];
    struct exo_extent extent[EXO_PXN_EXTENTS];
};

/* The one with this id, though it may stand for nothing any more; or null. */
struct pxn *pxn_remains(uint64_t id);
/* The one in this place, as pxn_find(); or null. */
struct pxn *pxn_at(uint64_t place);
/* All of them, by place; null: none. */
extern struct pxn *pxn_places[EXO_PXNS];
/* The one with this id, whose maker has not ended, and all that it was made of; or null. */
struct pxn *pxn_find(uint64_t id);
/* Whether it has these blocks, and all that it was made of do. */
bool pxn_has(const struct pxn *p, uint64_t block, uint64_t count);
/* Whether the access list permits all of these rights to the holder. */
bool pxn_permits(const struct pxn *p, struct cap holder, unsigned rights);

/* One more, with this access list and no extent: of `parent`, or with null of the disk. -E_FULL:
 * there are EXO_PXNS, or they would be made of each other too deep; -E_QUOTA, -E_NO_MEMORY. */
int pxn_make(struct exo_env *account, uint32_t disk, const struct pxn *parent,
             const struct cap *acl, unsigned count, struct pxn **made);
void pxn_remove(struct pxn *p);
/* It loses blocks: others who have it, or what was made of it, are to be told (EXO_LOST_BLOCKS). */
static inline void pxn_lose(struct pxn *p) {
    p->untold = EXO_PXNS;
}
/* Some of them are. False: there are more. */
bool pxn_tell_loss(struct pxn *p);

/* One extent more. -E_FULL: there are EXO_PXN_EXTENTS, or it has a free map. */
int pxn_extent_add(struct pxn *p, struct exo_extent e);
/* These blocks are its own no more, whatever extents they are in: 1; 0: none of them was. -E_FULL:
 * what is left would be too many extents. */
int pxn_extent_remove(struct pxn *p, struct exo_extent e);

/* It has a free map of its one extent from now on, in which all blocks are free. -E_INVALID: more
 * extents than one, or too long a one; -E_EXISTS; -E_QUOTA, -E_NO_MEMORY. */
int pxn_map_begin(struct pxn *p);
/* Takes these blocks, all of which are free, or frees them, all of which are taken. -E_EXISTS,
 * -E_NOT_FOUND, -E_INVALID: not its blocks. */
int pxn_map_change(struct pxn *p, struct exo_extent e, bool take);

#endif
