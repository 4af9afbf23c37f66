/* SPDX-License-Identifier: MIT */
/* target.h -- what an operation is about: a block of metadata in core that may be changed now, and
 * who may do that. */
#ifndef EXO_XN_TARGET_H
#define EXO_XN_TARGET_H

#include "exo/xn/store/registry.h"

struct target {
    struct xn_volume *v;
    struct xn_entry *e;
    struct xn_site site;
};

/* Of imported metadata, its bytes in core: -E_NOT_FOUND, -E_INVALID, -E_NOT_IN_CORE, -E_AGAIN. */
int target_look(struct xn *x, uint32_t volume, uint32_t block, struct target *t);
/* To be changed by who asks: also -E_READ_ONLY, -E_BUSY, and -E_COST: its versions are used up. */
int target_change(struct xn *x, const struct xn_who *who, const struct xn_at *at, struct target *t);

/* A side of a change: what its partition loses and gets. */
static inline struct xn_side side_of(const struct target *t, const struct xn_at *at,
                                     struct xn_extent take, struct xn_extent add) {
    return (struct xn_side){t->site, at->partition, take, add, at->changes};
}

/* Who asks is passed on to ancestors as this; the parent of a site, for change.h. */
struct asker {
    struct xn *x;
    const struct xn_who *who;
    struct xn_entry *at; /* of the blocks asked about one; its volume is theirs */
};
int asker_parent(void *asker, const struct xn_request *request, struct xn_site *site);

/* Does the partition own all of these blocks, by one pointer or several? -E_INVALID. */
int owns_run(const struct target *t, uint32_t partition, struct xn_extent run);
/* May who asks do this to a child that the partition owns? -E_INVALID: it does not; -E_PERM. */
int child_may(struct xn *x, const struct xn_who *who, struct xn_at at, uint32_t block,
              enum xn_operation operation);
/* And this to the block itself? */
int block_may(struct xn *x, const struct xn_who *who, const struct target *t,
              enum xn_operation operation);
/* Does it own nothing? 0; -E_BUSY: it does. */
int owns_nothing(const struct target *t);

/* Is it the unattached block of who asks, or of one that is dead? */
bool is_makers(const struct xn *x, const struct xn_who *who, const struct xn_entry *e);

#endif
