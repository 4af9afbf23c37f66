/* SPDX-License-Identifier: MIT */
/* child.c -- see child.h. */
#include "exo/xn/store/child.h"

#include "exo/defence.h"
#include "exo/xn/store/free_map.h"
#include "exo/xn/store/record.h"
#include "exo/xn/store/taint.h"
#include "exo/xn/store/words.h"
#include "lib/error.h"

/* So many blocks of data get entries when they are allocated, though they need none: what is freed
 * before its pointer was on the disk is free at once, if that is known of each of its blocks. */
enum { FEW = 16 };

int forget_speculative(struct xn *x, uint32_t volume, uint32_t block, uint32_t count, bool commit) {
    int found = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct xn_entry *e = entry_find(x, volume, block + i);
        if (e && e->flags & (XN_COMING_IN | XN_GOING_OUT))
            return -E_AGAIN;
        if (e && commit)
            entry_release(x, e);
        found += e != NULL;
    }
    return found;
}

int tree_may_come(const struct xn *x, const struct xn_entry *parent, const struct xn_entry *tree) {
    if (taint_depth(x, parent) + 1 + tree->height > XN_DEPTH && DEFENDED(XN_TOO_DEEP))
        return -E_COST;
    for (const struct xn_entry *p = parent; p; p = entry_parent(x, p))
        if (p == tree && DEFENDED(XN_TREE))
            return -E_INVALID;
    return 0;
}

int child_may_come(struct xn *x, const struct xn_who *who, const struct target *t,
                   struct xn_extent child, struct arrival *arrival) {
    arrival->tree = NULL;
    if (!xn_extent_is_sound(t->v->types, child))
        return -E_INVALID;
    if (child.count > XN_RUN)
        return -E_COST;
    const struct xn_type *type = t->v->types->type[child.type];
    bool free = map_is_free(t->v, child.block, child.count);
    struct xn_entry *e = entry_find(x, t->e->volume, child.block);
    if (!free && e && e->flags & XN_UNATTACHED) {
        arrival->tree = e;
        return e->type != child.type   ? -E_INVALID
               : !is_makers(x, who, e) ? -E_PERM
                                       : tree_may_come(x, t->e, e);
    }
    if (!free && DEFENDED(XN_ALLOCATED))
        return -E_EXISTS;
    int found = !e && child.count == 1
                    ? 0
                    : forget_speculative(x, t->e->volume, child.block, child.count, false);
    if (found < 0)
        return found;
    arrival->speculative = found;
    if (!type->leaf && taint_depth(x, t->e) == XN_DEPTH)
        return -E_COST;
    int error = entries_left(x, who->account, child.count);
    bool needed = !type->leaf || type->flags & XN_TAINTS;
    arrival->entries = needed || (child.count <= FEW && !error);
    return needed ? error : 0;
}

void child_comes(struct xn *x, const struct xn_who *who, struct xn_entry *parent,
                 struct xn_extent child, const struct arrival *arrival) {
    if (arrival->tree) {
        arrival->tree->flags &= (uint16_t)~XN_UNATTACHED;
        x->volume[parent->volume].unattached--;
        arrival->tree->born = parent->version;
        entry_attach(x, arrival->tree, parent);
        return;
    }
    if (arrival->speculative)
        forget_speculative(x, parent->volume, child.block, child.count, true);
    map_allocate(x, parent->volume, child.block, child.count);
    for (uint32_t i = 0; i < child.count && arrival->entries; i++) {
        struct xn_entry *e = entry_new(x, who->account, parent->volume, child.block + i);
        e->type = child.type;
        e->born = parent->version;
        entry_attach(x, e, parent);
    }
}

int block_may_go(struct xn *x, const struct xn_who *who, struct xn_entry *e) {
    enum { LOOKS = 64 };
    if (e->flags & (XN_COMING_IN | XN_GOING_OUT) && DEFENDED(XN_FREE_IN_FLIGHT))
        return -E_AGAIN;
    entry_count_maps(x, e);
    if (entry_is_locked(x, e, who) || e->maps || e->children)
        return -E_BUSY;
    if (e->waits || records_have_edge(x, e, LOOKS) || taint_is_on_disk(x, e))
        return -E_ORDER;
    if (!entry_is_metadata(&x->volume[e->volume], e) || entry_is_fresh(e))
        return 0;
    struct target t;
    return target_look(x, e->volume, e->block, &t) ?: owns_nothing(&t);
}

/* Data that nobody maps, and nothing waits for. */
static bool is_idle(const struct xn *x, const struct xn_entry *e) {
    return e->type == XN_BYTES && !(e->flags & (XN_COMING_IN | XN_GOING_OUT)) && !e->locked_by &&
           !e->maps && !e->waits && !x->list[entry_number(x, e)];
}

int child_may_go(struct xn *x, const struct xn_who *who, const struct target *t,
                 struct xn_extent child) {
    if (!xn_extent_is_sound(t->v->types, child))
        return -E_INVALID;
    if (child.count > XN_RUN)
        return -E_COST;
    if (!held_bits(t->v, child.block, child.count, BITS_ARE_CLEAR) && DEFENDED(XN_HELD))
        return -E_ORDER;
    bool leaf = t->v->types->type[child.type]->leaf;
    for (uint32_t i = 0; i < child.count; i++) {
        struct xn_entry *e = entry_find(x, t->e->volume, child.block + i);
        bool known = e && e->parent == entry_number(x, t->e);
        if (!known && !leaf && DEFENDED(XN_VOUCHED))
            return -E_NOT_FOUND; /* what it owns is not known before the parent vouches */
        if (!e)
            continue;
        if (!known && !(e->flags & XN_SPECULATIVE))
            return -E_INVALID;
        int error = is_idle(x, e) ? 0 : block_may_go(x, who, e);
        if (error)
            return error;
    }
    /* One for the blocks, one for what waited for the child. */
    return records_left(x, who->account, 2);
}

void child_goes(struct xn *x, const struct xn_who *who, struct xn_entry *parent,
                struct xn_extent child) {
    bool never_left = true; /* was no pointer to it ever given to the disk? */
    for (uint32_t i = 0; i < child.count; i++) {
        struct xn_entry *e = entry_find(x, parent->volume, child.block + i);
        never_left = never_left && e && e->born > parent->submitted;
        if (!e)
            continue;
        records_pass(x, who->account, e, parent);
        entry_release(x, e);
    }
    if (never_left || taint_reach(x, parent) == REACH_TEMPORARY || !DEFENDED(XN_WILL_FREE))
        blocks_free(x, parent->volume, child.block, child.count);
    else
        record_add(x, who->account, parent, RECORD_FREE, child);
}
