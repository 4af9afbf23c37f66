/* SPDX-License-Identifier: MIT */
/* record.h -- what waits until a version of a block is on the disk: blocks that are free then, old
 * pointers that are gone then, blocks that may be written then. A block's records are in the order
 * of their versions. */
#ifndef EXO_XN_RECORD_H
#define EXO_XN_RECORD_H

#include "exo/defence.h"
#include "exo/xn/xn.h"

enum record {
    RECORD_FREE, /* the extent is free */
    RECORD_HELD, /* no version on the disk has the pointer that was moved away */
    RECORD_EDGE, /* the entry extent.block waits for one less */
    RECORD_LIST, /* all of the list extent.block, which a block had that is gone */
};

/* So many more? -E_FULL, -E_QUOTA. */
int records_left(const struct xn *x, uint16_t account, uint32_t count);
/* Takes effect when the entry's present version is durable; there is one left. */
void record_add(struct xn *x, uint16_t account, struct xn_entry *e, enum record kind,
                struct xn_extent extent);
/* Those of an entry that will be no more, which has no edge, are its parent's from now on; one
 * record is left. */
void records_pass(struct xn *x, uint16_t account, struct xn_entry *from, struct xn_entry *to);
/* Do blocks wait for it? `most` records are looked at: if there are more, yes. */
bool records_have_edge(const struct xn *x, const struct xn_entry *e, unsigned most);
/* The numbers of those that wait for it, into out, at most `most`: how many; -E_COST: more. */
int records_waiters(const struct xn *x, const struct xn_entry *e, uint32_t *out, unsigned most);

/* One record of a durable version takes effect; false: there is none. */
bool record_release_one(struct xn *x, struct xn_entry *e);
/* One record is gone without any effect; false: there is none. */
bool record_forget_one(struct xn *x, struct xn_entry *e);

#endif
