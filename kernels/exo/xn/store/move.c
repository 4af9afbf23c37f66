/* SPDX-License-Identifier: MIT */
/* move.c -- the third order: an object that moves is on the disk at any time. The block that it
 * left is not written before a root reaches it at its new place on the disk; and it neither moves
 * again nor is freed while a version on the disk still has its old pointer. */
#include "exo/defence.h"
#include "exo/xn/store/child.h"
#include "exo/xn/store/free_map.h"
#include "exo/xn/store/order.h"
#include "exo/xn/store/record.h"
#include "exo/xn/store/taint.h"
#include "lib/error.h"

struct move {
    struct target from, to;
    struct xn_extent child;
    bool left; /* the old pointer may be on the disk */
    struct edges edges;
};

static const struct xn_entry *top_of(const struct xn *x, const struct xn_entry *e) {
    while (e->parent)
        e = entry_parent(x, e);
    return e;
}

/* From where to where? What a root reaches stays reached; metadata leave no tree whose stale
 * versions may point to what is used again. */
static int reaches_are_sound(const struct xn *x, const struct move *m, bool metadata) {
    enum reach from = taint_reach(x, m->from.e), to = taint_reach(x, m->to.e);
    if (from == REACH_TEMPORARY)
        return metadata && to != REACH_TEMPORARY ? -E_ORDER : 0;
    bool same = top_of(x, m->from.e) == top_of(x, m->to.e) && to == from;
    return to == REACH_PERSISTENT || same ? 0 : -E_ORDER;
}

/* Of each block that is known: nobody else has it, and was its pointer ever given to the disk? */
static int look_at_child(struct xn *x, const struct xn_who *who, struct move *m) {
    bool metadata = !m->from.v->types->type[m->child.type]->leaf;
    m->left = false;
    for (uint32_t i = 0; i < m->child.count; i++) {
        struct xn_entry *e = entry_find(x, m->from.e->volume, m->child.block + i);
        if (metadata && (!e || e->parent != entry_number(x, m->from.e)))
            return -E_NOT_FOUND;
        if (e && entry_is_locked(x, e, who))
            return -E_BUSY;
        if (e && taint_is_on_disk(x, e))
            return -E_ORDER;
        m->left |= !e || e->born <= m->from.e->submitted;
        int error = e && metadata ? tree_may_come(x, m->to.e, e) : 0;
        if (error)
            return error;
    }
    return reaches_are_sound(x, m, metadata);
}

/* What the move needs beyond the transaction. */
static int may_move(struct xn *x, const struct xn_who *who, struct move *m) {
    if (m->from.v != m->to.v || !xn_extent_is_sound(m->from.v->types, m->child))
        return -E_INVALID;
    if (m->child.count > XN_RUN)
        return -E_COST;
    if (!held_bits(m->from.v, m->child.block, m->child.count, BITS_ARE_CLEAR) && DEFENDED(XN_HELD))
        return -E_ORDER;
    int error = look_at_child(x, who, m);
    m->edges.count = 0;
    if (error || m->from.e == m->to.e)
        return error;
    m->left = m->left && taint_reach(x, m->from.e) != REACH_TEMPORARY;
    if (!m->left)
        return 0;
    return order_move(x, m->from.e, m->to.e, &m->edges)
               ?: records_left(x, who->account, m->edges.count + 1);
}

static void moved(struct xn *x, const struct xn_who *who, struct move *m) {
    for (uint32_t i = 0; i < m->child.count; i++) {
        struct xn_entry *e = entry_find(x, m->from.e->volume, m->child.block + i);
        if (!e || !e->parent)
            continue;
        entry_detach(x, e);
        e->born = m->to.e->version;
        entry_attach(x, e, m->to.e);
    }
    if (!m->left)
        return;
    for (unsigned i = 0; i < m->edges.count && DEFENDED(XN_MOVE_EDGE); i++)
        order_wait(x, who->account, m->from.e, m->edges.first[i]);
    held_bits(m->from.v, m->child.block, m->child.count, BITS_SET);
    record_add(x, who->account, m->from.e, RECORD_HELD, m->child);
}

int xn_move(struct xn *x, const struct xn_who *who, struct xn_at from, struct xn_at to,
            struct xn_extent child) {
    static const struct xn_extent nil;
    struct move m = {.child = child};
    int error = target_change(x, who, &from, &m.from) ?: target_change(x, who, &to, &m.to)
                                                      ?: may_move(x, who, &m);
    if (error)
        return error;
    struct xn_types *types = m.from.v->types;
    struct asker asker = {x, who, m.from.e};
    struct xn_above above = {asker_parent, &asker};
    struct xn_change change = {
        .operation = XN_MOVE_OUT,
        .credential = who->credential,
        .sides = 2,
        .side = {side_of(&m.from, &from, child, nil), side_of(&m.to, &to, nil, child)}};
    error = xn_change_check(types, &change) ?: xn_change_may(types, &change, &above);
    if (error)
        return error;
    xn_change_apply(types, &change);
    entry_changed(x, m.from.e);
    if (m.to.e == m.from.e)
        return 0;
    entry_changed(x, m.to.e);
    moved(x, who, &m);
    return 0;
}
