/* SPDX-License-Identifier: MIT */
/* order.c -- see order.h. */
#include "exo/xn/store/order.h"

#include "exo/defence.h"
#include "exo/xn/store/record.h"
#include "exo/xn/store/registry.h"
#include "exo/xn/store/taint.h"
#include "lib/error.h"

/* Blocks of which it is found out who waits for them, in one search. */
enum { SEARCHED = 64, WAITERS = 64 };

/* Would `later` wait for `first`, and `first` for `later` already? -E_ORDER: yes; -E_COST: that is
 * too long to be found out. */
static int order_try(const struct xn *x, const struct xn_entry *later,
                     const struct xn_entry *first) {
    uint32_t worklist[SEARCHED + WAITERS], left = 0, target = entry_number(x, first);
    if (later->waits == UINT16_MAX)
        return -E_COST;
    if (!DEFENDED(XN_CIRCLE))
        return 0;
    worklist[left++] = entry_number(x, later);
    for (unsigned searched = 0; left; searched++) {
        uint32_t at = worklist[--left];
        if (at == target)
            return -E_ORDER;
        if (searched == SEARCHED || left > SEARCHED)
            return -E_COST;
        int more = records_waiters(x, &x->entry[at], worklist + left, WAITERS);
        if (more < 0)
            return more;
        left += (uint32_t)more;
    }
    return 0;
}

void order_wait(struct xn *x, uint16_t account, struct xn_entry *later, struct xn_entry *first) {
    later->waits++;
    record_add(x, account, first, RECORD_EDGE, (struct xn_extent){.block = entry_number(x, later)});
}

static int add(const struct xn *x, const struct xn_entry *from, struct xn_entry *first,
               struct edges *edges) {
    int error = first == from                 ? -E_ORDER
                : edges->count == ORDER_EDGES ? -E_COST
                                              : order_try(x, from, first);
    if (!error)
        edges->first[edges->count++] = first;
    return error;
}

int order_move(const struct xn *x, const struct xn_entry *from, struct xn_entry *to,
               struct edges *edges) {
    edges->count = 0;
    if (!(from->flags & XN_INITIALISED))
        return -E_ORDER;
    int error = from == to ? 0 : add(x, from, to, edges);
    for (struct xn_entry *e = to; e->parent && !error; e = entry_parent(x, e)) {
        struct xn_entry *p = entry_parent(x, e);
        if (!version_is_durable(x, p, e->born) && DEFENDED(XN_MOVE_ANCESTORS))
            error = add(x, from, p, edges);
    }
    return error;
}

int xn_depend(struct xn *x, const struct xn_who *who, uint32_t volume, uint32_t later,
              uint32_t first) {
    struct xn_volume *v;
    int error = volume_to_change(x, volume, &v);
    struct xn_entry *a = entry_find(x, volume, later), *b = entry_find(x, volume, first);
    if (!error && (!a || !b))
        error = -E_NOT_FOUND;
    if (error || a == b)
        return error ? error : -E_INVALID;
    if (!b->frame || !a->frame)
        return block_needed(x, volume, b->frame ? later : first);
    if (a->flags & (XN_SPECULATIVE | XN_PINNED) || b->flags & XN_SPECULATIVE)
        return -E_INVALID;
    if (version_is_durable(x, b, b->version) && !xn_is_dirty(b))
        return 0;
    bool young =
        !(a->flags & XN_INITIALISED) && (entry_is_metadata(v, a) || taint_reaches_parent(x, a));
    if (young && DEFENDED(XN_YOUNG_WAITS))
        return -E_ORDER;
    error = order_try(x, a, b) ?: records_left(x, who->account, 1);
    if (!error)
        order_wait(x, who->account, a, b);
    return error;
}
