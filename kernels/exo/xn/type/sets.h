/* SPDX-License-Identifier: MIT */
/* sets.h -- what partitions own, compared. */
#ifndef EXO_XN_SETS_H
#define EXO_XN_SETS_H

#include "exo/xn/type/shadow.h"

/* Is `after` what `before` is, less take and with add (none: count 0), as sets of blocks with their
 * types? The order counts for nothing, nor how leaves side by side are cut into extents. The lists
 * are changed; each has room for XN_SET_MAX. */
bool sets_differ_by(const struct xn_types *types, struct xn_extent *before, unsigned befores,
                    struct xn_extent *after, unsigned afters, struct xn_extent take,
                    struct xn_extent add);

#endif
