/* SPDX-License-Identifier: MIT */
/* change.h -- the metadata transaction: what a partition owns before and after a change of bytes,
 * compared as typed sets, tried on a shadow.
 *
 *     struct xn_change c = {.operation = XN_ALLOC, .credential = ..., .sides = 1, .side = {{
 *         .at = {type, bytes, block}, .partition = 3, .add = child, .changes = &changes}}};
 *     int error = xn_change_check(types, &c);        the sets differ by what is named, exactly
 *     if (!error)
 *         error = xn_change_may(types, &c, &above);  acl, of the block and of whom it defers to
 *     if (!error)
 *         xn_change_apply(types, &c);                only now do the block's bytes change
 *
 * Between check and apply no other change may be checked: there is one shadow. Nothing waits. */
#ifndef EXO_XN_CHANGE_H
#define EXO_XN_CHANGE_H

#include "exo/xn/type/meta.h"

/* -E_OWNS: the sets would not differ by what is named; -E_INVALID: no such partition, unsound
 * changes or extents, bytes of another partition's window or of a union's field that may not
 * change; of the capability design also -E_AGAIN: its word is not in core. */
int xn_change_check(struct xn_types *types, const struct xn_change *change);

/* Who is asked next. 0: *site is the parent of what it was; 1: there is none, and it is permitted;
 * -E_...: refused, or the parent cannot be asked now. */
struct xn_above {
    int (*parent)(void *owner, const struct xn_request *request, struct xn_site *site);
    void *owner;
};
#define XN_ACL_DEPTH 8 /* blocks that are asked, at most */

/* -E_PERM: no; or what `parent` said. */
int xn_change_may(struct xn_types *types, const struct xn_change *change,
                  const struct xn_above *above);
/* The same of what changes nothing: XN_LOOK, XN_READ, XN_MODIFY. */
int xn_access_may(struct xn_types *types, const struct xn_request *request, struct xn_site site,
                  const struct xn_above *above);

static inline void xn_change_apply(struct xn_types *types, const struct xn_change *c) {
    for (unsigned i = 0; i < c->sides; i++)
        changes_apply(c->side[i].changes, c->side[i].at.bytes);
    if (types->meta->applied)
        types->meta->applied(types, c);
}

/* What the partition owns, and how many that are; or -E_INVALID: there is no such partition, or
 * what it says is unsound (a foreign disk may hold that). */
int xn_owns(struct xn_types *types, const struct xn_site *site, uint32_t partition,
            struct xn_extent out[XN_OWNED_MAX]);
/* The extent of these that the block lies in; -E_INVALID: there is none, or as above. Of design
 * "capability", which does not know, the block. */
int xn_owns_block(struct xn_types *types, const struct xn_site *site, uint32_t partition,
                  uint32_t block, struct xn_extent *extent);
/* How many partitions this block has. */
uint32_t xn_partitions(struct xn_types *types, const struct xn_site *site);

/* The changes by which the partition gives up a child that it owns twice (udf.h), for a free.
 * -E_NOT_FOUND: the type has no such rule; -E_INVALID: it gives what is not sound. */
int xn_drop(struct xn_types *types, const struct xn_site *site, uint32_t partition,
            struct xn_extent child, struct xn_changes *out);

#endif
