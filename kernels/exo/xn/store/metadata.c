/* SPDX-License-Identifier: MIT */
/* metadata.c -- alloc, free, write and swap: what the registry, the map and the order have to say
 * is found out first; then the transaction, which decides; below it nothing can fail. */
#include "exo/xn/store/child.h"
#include "lib/error.h"

/* The difference is exactly what is named, and who asks may make it. Then the bytes change: to
 * another version. */
static int transact(struct xn *x, const struct xn_who *who, const struct target *t,
                    struct xn_change *change) {
    struct asker asker = {x, who, t->e};
    struct xn_above above = {asker_parent, &asker};
    change->credential = who->credential;
    int error = xn_change_check(t->v->types, change);
    if (!error)
        error = xn_change_may(t->v->types, change, &above);
    if (error)
        return error;
    xn_change_apply(t->v->types, change);
    entry_changed(x, t->e);
    return 0;
}

int xn_write(struct xn *x, const struct xn_who *who, struct xn_at at) {
    struct target t;
    int error = target_change(x, who, at, &t);
    if (error)
        return error;
    struct xn_change change = {
        .operation = XN_WRITE,
        .sides = 1,
        .side = {{.at = t.site, .partition = at.partition, .changes = at.changes}}};
    return transact(x, who, &t, &change);
}

int xn_swap(struct xn *x, const struct xn_who *who, struct xn_at a, struct xn_at b,
            struct xn_extent of_a, struct xn_extent of_b) {
    struct target t;
    int error = target_change(x, who, a, &t);
    if (error)
        return error;
    if (a.volume != b.volume || a.block != b.block || !xn_changes_are_sound(b.changes))
        return -E_INVALID;
    struct xn_change change = {.operation = XN_SWAP,
                               .sides = 2,
                               .side = {{.at = t.site,
                                         .partition = a.partition,
                                         .take = of_a,
                                         .add = of_b,
                                         .changes = a.changes},
                                        {.at = t.site,
                                         .partition = b.partition,
                                         .take = of_b,
                                         .add = of_a,
                                         .changes = b.changes}}};
    return transact(x, who, &t, &change);
}

/* --- alloc --- */

int xn_alloc(struct xn *x, const struct xn_who *who, struct xn_at at, struct xn_extent child) {
    struct target t;
    struct arrival arrival;
    int error = target_change(x, who, at, &t);
    if (!error)
        error = child_may_come(x, who, &t, child, &arrival);
    if (error)
        return error;
    struct xn_change change = {
        .operation = XN_ALLOC,
        .sides = 1,
        .side = {{.at = t.site, .partition = at.partition, .add = child, .changes = at.changes}}};
    error = transact(x, who, &t, &change);
    if (!error)
        child_comes(x, who, t.e, child, &arrival);
    return error;
}

/* --- free --- */

int xn_free(struct xn *x, const struct xn_who *who, struct xn_at at, struct xn_extent child) {
    struct target t;
    int error = target_change(x, who, at, &t);
    if (!error)
        error = child_may_go(x, who, &t, child);
    if (error)
        return error;
    struct xn_change change = {
        .operation = XN_FREE,
        .sides = 1,
        .side = {{.at = t.site, .partition = at.partition, .take = child, .changes = at.changes}}};
    error = transact(x, who, &t, &change);
    if (!error)
        child_goes(x, who, t.e, child);
    return error;
}
