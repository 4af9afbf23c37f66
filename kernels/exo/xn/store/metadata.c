/* SPDX-License-Identifier: MIT */
/* metadata.c -- alloc, free, write and swap: what the registry, the map and the order have to say
 * is found out first; then the transaction, which decides; below it nothing can fail. */
#include "exo/defence.h"
#include "exo/xn/store/child.h"
#include "exo/xn/store/root.h"
#include "lib/error.h"

/* Has no type a say from the block up to its root, whose owner asks? */
static bool is_roots(const struct xn *x, const struct xn_who *who, const struct target *t) {
    const struct xn_type *const *type = t->v->types->type;
    const struct xn_entry *e = t->e, *p;
    for (unsigned depth = 0; depth < XN_ACL_DEPTH && t->v->design == XN_UDF; depth++, e = p) {
        p = entry_parent(x, e);
        if (!p || (type[e->type]->acl && DEFENDED(XN_ACL_ASKED)))
            return false;
        if (p->type == XN_ROOT)
            return root_permits(x, p, e->block, who->credential);
    }
    return false;
}

/* The difference is exactly what is named, and who asks may make it. Then the bytes change: to
 * another version. */
static inline int transact(struct xn *x, const struct xn_who *who, const struct target *t,
                           struct xn_change *change) {
    change->credential = who->credential;
    int error = xn_change_check(t->v->types, change);
    if (!error && !is_roots(x, who, t)) {
        struct asker asker = {x, who, t->e};
        struct xn_above above = {asker_parent, &asker};
        error = xn_change_may(t->v->types, change, &above);
    }
    if (error)
        return error;
    xn_change_apply(t->v->types, change);
    entry_changed(x, t->e);
    return 0;
}

/* One block, one partition. */
static inline struct xn_change *one_side(struct xn_change *c, enum xn_operation operation,
                                         struct xn_side side) {
    c->operation = operation;
    c->sides = 1;
    c->side[0] = side;
    return c;
}
static const struct xn_extent nil;

int xn_write(struct xn *x, const struct xn_who *who, struct xn_at at) {
    struct target t;
    struct xn_change change;
    int error = target_change(x, who, &at, &t);
    if (error)
        return error;
    return transact(x, who, &t, one_side(&change, XN_WRITE, side_of(&t, &at, nil, nil)));
}

int xn_swap(struct xn *x, const struct xn_who *who, struct xn_at a, struct xn_at b,
            struct xn_extent of_a, struct xn_extent of_b) {
    struct target t;
    int error = target_change(x, who, &a, &t);
    if (error || a.volume != b.volume || a.block != b.block)
        return error ?: -E_INVALID;
    struct xn_change change = {.operation = XN_SWAP,
                               .sides = 2,
                               .side = {side_of(&t, &a, of_a, of_b), side_of(&t, &b, of_b, of_a)}};
    return transact(x, who, &t, &change);
}

int xn_alloc(struct xn *x, const struct xn_who *who, struct xn_at at, struct xn_extent child) {
    struct target t;
    struct arrival arrival;
    struct xn_change change;
    int error = target_change(x, who, &at, &t) ?: child_may_come(x, who, &t, child, &arrival);
    if (error)
        return error;
    error = transact(x, who, &t, one_side(&change, XN_ALLOC, side_of(&t, &at, nil, child)));
    if (!error)
        child_comes(x, who, t.e, child, &arrival);
    return error;
}

int xn_free(struct xn *x, const struct xn_who *who, struct xn_at at, struct xn_extent child) {
    struct target t;
    struct xn_change change;
    int error = target_change(x, who, &at, &t) ?: child_may_go(x, who, &t, child);
    if (error)
        return error;
    error = transact(x, who, &t, one_side(&change, XN_FREE, side_of(&t, &at, child, nil)));
    if (!error)
        child_goes(x, who, t.e, child);
    return error;
}
