/* SPDX-License-Identifier: MIT */
/* taint.c -- see taint.h. Walks end at the root: no tree is deeper than XN_DEPTH. */
#include "exo/xn/store/taint.h"

#include "exo/defence.h"
#include "exo/xn/store/entry.h"

static bool is_tainting(const struct xn *x, const struct xn_entry *e) {
    const struct xn_types *types = x->volume[e->volume].types;
    const struct xn_type *t = e->type < XN_TYPES_MAX && types ? types->type[e->type] : NULL;
    if (e->type == XN_TYPE) /* a body, which the catalogue has */
        return !(e->flags & XN_PINNED);
    return t && e->type >= XN_IMPORTED && (!t->leaf || t->flags & XN_TAINTS);
}

bool taint_of_metadata(const struct xn *x, const struct xn_entry *e) {
    if (e->flags & XN_TEMPORARY)
        return false;
    return (e->taints && DEFENDED(XN_TAINT_TRANSITIVE)) ||
           (!(e->flags & XN_INITIALISED) && is_tainting(x, e));
}

/* A parent with so many edges: do they decide whether it taints its own? No temporary root does,
 * and one that was never durable does anyway. */
static inline bool edges_decide(const struct xn_entry *p) {
    return !(p->flags & XN_TEMPORARY) && p->flags & XN_INITIALISED && DEFENDED(XN_TAINT_TRANSITIVE);
}

unsigned taint_raise(struct xn *x, struct xn_entry *p) {
    unsigned levels = 0;
    for (bool first = true; p && first; p = entry_parent(x, p), levels++) {
        first = !p->taints && edges_decide(p);
        p->taints = DEFENDED(XN_TAINT_COUNT) ? p->taints + 1 : 1;
    }
    return levels;
}

unsigned taint_lower(struct xn *x, struct xn_entry *p) {
    unsigned levels = 0;
    for (bool last = true; p && last; p = entry_parent(x, p), levels++) {
        p->taints = DEFENDED(XN_TAINT_COUNT) ? p->taints - 1 : 0;
        last = !p->taints && edges_decide(p);
    }
    return levels;
}

unsigned taint_initialised(struct xn *x, struct xn_entry *e) {
    bool reached = taint_reaches_parent(x, e);
    e->flags |= XN_INITIALISED;
    return reached && !taint_reaches_parent(x, e) ? taint_lower(x, entry_parent(x, e)) : 0;
}

bool taint_is_on_disk(const struct xn *x, const struct xn_entry *e) {
    const struct xn_entry *p = entry_parent(x, e);
    return p && e->born <= p->submitted && taint_reaches_parent(x, e) && DEFENDED(XN_TAINT_LEFT) &&
           taint_reach(x, p) != REACH_TEMPORARY;
}

enum reach taint_reach(const struct xn *x, const struct xn_entry *e) {
    for (; e->parent; e = entry_parent(x, e))
        if (e->flags & XN_TEMPORARY)
            return REACH_TEMPORARY;
    return e->flags & XN_PINNED ? REACH_PERSISTENT : REACH_NOTHING;
}

unsigned taint_depth(const struct xn *x, const struct xn_entry *e) {
    unsigned depth = 1;
    for (; e->parent; e = entry_parent(x, e))
        depth++;
    return depth;
}
