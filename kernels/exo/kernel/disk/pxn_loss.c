/* SPDX-License-Identifier: MIT */
/* pxn_loss.c -- who loses blocks of a disk is told where all losses are told. The word names his
 * proxy node, and not the blocks: to compare the extents of all nodes would take too long within a
 * call, and he can do it himself (libos/disk/pxn_lost.c). */
#include "exo/kernel/disk/pxn.h"

#include "exo/defence.h"
#include "exo/kernel/rights/reclaim.h"

void pxn_tell_loss(const struct pxn *p) {
    const uint32_t id = p->id, depth = p->depth, self = env_current->seen->id;
    const struct env *owner = NULL;
    uint32_t of = 0; /* the environment that it is */
    for (unsigned place = 0; place < EXO_PXNS; place++) {
        const struct pxn *q = pxn_places[place];
        if (!q || q->line[depth] != id || q->owner == self)
            continue;
        if (q->owner != of) {
            of = q->owner;
            owner = env_find(of);
        }
        if (owner && DEFENDED(PXN_TOLD))
            loss_note(owner, EXO_LOST_BLOCKS, q->id);
    }
}
