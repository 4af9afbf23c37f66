/* SPDX-License-Identifier: MIT */
/* defence.h -- what the kernel defends itself by against its extensions (docs/spin-containment.md).
 * `make undefended` builds an image without each of them, for tests: the attack that it is there
 * for succeeds there. */
#ifndef SPIN_DISPATCH_DEFENCE_H
#define SPIN_DISPATCH_DEFENCE_H

#include "lib/defence.h"

enum defence {
    DEFENCE_QUOTA = 1, /* of what a module may use */
    DEFENCE_CELLS,     /* and of cells, which may outlive it */
    DEFENCE_BOUNDED,   /* programs of extensions are proven to end */
    DEFENCE_FUEL,      /* what is not proven to is ended at the authority's bound */
    DEFENCE_EPHEMERAL, /* what may block is not installed where there is a bound */
    DEFENCE_NET,       /* a trap of a handler lands in its raise */
    DEFENCE_LANDING,   /* and what the handler had begun is over then */
    DEFENCE_TIME,      /* a strand ends when its package's time is used up */
    DEFENCE_COST,      /* what is bound takes no longer than raisers were told */
    DEFENCE_STACK,     /* verified code raises events only where stack is left */
    DEFENCE_POLICY,    /* what a new policy does not allow is withdrawn */
    DEFENCE_DRAIN,     /* code stays while a raise may come to it */
};

#endif
