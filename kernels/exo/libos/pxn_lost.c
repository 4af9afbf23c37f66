/* SPDX-License-Identifier: MIT */
/* pxn_lost.c -- see pxn_lost.h. */
#include "exo/libos/pxn_lost.h"

#include <stdbool.h>

#include "exo/libos/stubs.h"
#include "lib/error.h"

/* The end of the extent of this node that has the block, or the block if none has; *next: where the
 * first one behind it begins, or `end`. */
static uint64_t reach(const struct exo_pxn *node, uint64_t block, uint64_t end, uint64_t *next) {
    *next = end;
    for (unsigned i = 0; i < node->extents; i++) {
        const uint64_t first = node->extent[i].block, behind = first + node->extent[i].count;
        if (block >= first && block < behind)
            return behind;
        if (first > block && first < *next)
            *next = first;
    }
    return block;
}

/* What of the extent all of these nodes have is passed over. */
static unsigned compare(struct exo_extent e, const struct exo_pxn *of, unsigned nodes,
                        struct exo_extent *lost, unsigned n, unsigned most) {
    const uint64_t end = e.block + (uint64_t)e.count;
    bool is_new = true;
    for (uint64_t at = e.block; at < end;) {
        uint64_t there = end, gone = at, next;
        for (unsigned i = 0; i < nodes; i++) {
            uint64_t behind = reach(&of[i], at, end, &next);
            if (behind == at && next > gone)
                gone = next; /* nobody reaches blocks before that */
            there = behind < there ? behind : there;
        }
        if (gone > at) {
            if (is_new)
                n++;
            if (n <= most && is_new)
                lost[n - 1] = (struct exo_extent){(uint32_t)at, 0};
            if (n <= most)
                lost[n - 1].count += (uint32_t)(gone - at);
        }
        is_new = gone == at;
        at = gone > at ? gone : there;
    }
    return n;
}

long pxn_lost(uint64_t pxn, struct exo_extent *lost, unsigned most) {
    struct exo_pxn node = {0}, of[EXO_PXN_DEPTH] = {0};
    unsigned nodes = 0, n = 0;
    long error = exo_pxn_read(pxn, &node);
    for (uint64_t parent = node.parent; !error && parent; parent = of[nodes++].parent)
        error = exo_pxn_read(parent, &of[nodes]);
    for (unsigned i = 0; !error && i < node.extents; i++)
        n = compare(node.extent[i], of, nodes, lost, n, most);
    return error ? error : (long)n;
}
