/* SPDX-License-Identifier: MIT */
/* pxn_loss.c -- who loses blocks of a disk is told where all losses are told. The word names his
 * proxy node, and not the blocks: to compare the extents of all nodes would take too long within a
 * call, and he can do it himself (libos/disk/pxn_lost.c). Many are told in several calls. */
#include "exo/kernel/disk/pxn.h"

#include "exo/defence.h"
#include "exo/kernel/rights/reclaim.h"

/* Nodes whose owners one call tells, at most.
 * Decides how long: some 6,000 instructions. */
#define SHARE 128

bool pxn_tell_loss(struct pxn *p) {
    const uint32_t id = p->id, depth = p->depth, self = env_current->seen->id;
    unsigned share = DEFENDED(PXN_SHARE) ? SHARE : EXO_PXNS;
    for (; p->untold && share; p->untold--) {
        const struct pxn *q = pxn_places[p->untold - 1];
        if (!q || q->line[depth] != id || q->owner == self)
            continue;
        const struct env *owner = env_find(q->owner);
        if (owner && DEFENDED(PXN_TOLD))
            loss_note(owner, EXO_LOST_BLOCKS, q->id);
        share--;
    }
    return !p->untold;
}
