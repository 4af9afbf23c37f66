/* SPDX-License-Identifier: MIT */
/* dpf_overlap.c -- from whom a filter would take messages: from each filter that tests fewer bits
 * and that some message satisfies together with it. Two filters exclude each other where they want
 * a bit of the same place otherwise. Behind shifts that are not the same a place is not known, and
 * nothing excludes: so some are asked about who would never have been hurt, but none who is hurt is
 * not. */
#include "exo/dpf/dpf_own.h"

/* Where the form is: the first step of what it tests from the present place on. */
#define NOWHERE UINT32_MAX

/* The first step behind the next shift, if that is this one. */
static uint32_t behind_shift(const struct dpf_form *f, uint32_t at, const struct dpf_key *shift) {
    for (; at < f->steps; at++)
        if (f->step[at].key.shift)
            return dpf_key_is(&f->step[at].key, shift) ? at + 1 : NOWHERE;
    return NOWHERE;
}

/* The bits that the form wants of four bytes from `offset` on: which, and what. */
static void wanted(const struct dpf_form *f, uint32_t at, uint32_t offset, uint32_t *mask,
                   uint32_t *value) {
    *mask = *value = 0;
    for (; at < f->steps && !f->step[at].key.shift; at++) {
        const struct dpf_step *s = &f->step[at];
        int32_t up = 8 * ((int32_t)s->key.offset - (int32_t)offset);
        if (up <= -32 || up >= 32)
            continue;
        *mask |= up >= 0 ? s->key.mask << up : s->key.mask >> -up;
        *value |= up >= 0 ? s->value << up : s->value >> -up;
    }
}

/* At a node, with the form there: asks of those that end at it; then its branches are next. */
static bool enter(struct dpf_walk *w, const struct dpf_set *s, const struct dpf_form *form,
                  const struct dpf_asked *asked, uint32_t n, uint32_t at) {
    const struct dpf_filter *f = s->entry[n].filter;
    const struct dpf_node *node = dpf_node(s, n);
    if (f != &dpf_nobody && f->bits < form->bits && !asked->may(f->user, asked->arg))
        return false;
    for (const struct dpf_group *g = node->group; g; g = g->next)
        for (f = g->bits < form->bits ? g->member : NULL; f; f = f->next)
            if (!asked->may(f->user, asked->arg))
                return false;
    w->level[w->depth++] = (struct dpf_level){.branch = node->branch, .at = at};
    return true;
}

static uint32_t next_branch(struct dpf_level *l, uint32_t node) {
    l->branch = l->branch->next;
    l->slot = 0;
    return node;
}

/* The next node beyond these branches to which both lead; *at is where the form is there. 0: none
 * was found so far. */
static uint32_t look(struct dpf_level *l, const struct dpf_form *form, uint32_t *at, long *work) {
    const struct dpf_branch *b = l->branch;
    const struct dpf_slot *slot;
    *at = l->at;
    *work -= DPF_WORK_LOOK;
    if (b->least >= form->bits) /* they go before it */
        return next_branch(l, 0);
    if (!l->slot) {
        *work -= 15l * form->steps;
        l->mask = l->value = 0;
        if (b->key.shift) {
            *at = l->at == NOWHERE ? NOWHERE : behind_shift(form, l->at, &b->key);
            return next_branch(l, dpf_slot_node(&b->to.one));
        }
        if (l->at != NOWHERE)
            wanted(form, l->at, b->key.offset, &l->mask, &l->value);
        l->mask &= b->key.mask;
        if (l->mask == b->key.mask) {
            slot = dpf_table_find(&b->to, l->value & l->mask);
            return next_branch(l, slot ? dpf_slot_node(slot) : 0);
        }
    }
    slot = dpf_table_each(&b->to, &l->slot);
    if (!slot)
        return next_branch(l, 0);
    return (slot->value ^ l->value) & l->mask ? 0 : dpf_slot_node(slot);
}

int dpf_walk_on(struct dpf_walk *w, const struct dpf_set *s, const struct dpf_form *form,
                const struct dpf_asked *asked, long *work) {
    if (!w->begun || w->changes != s->changes) {
        w->begun = true;
        w->changes = s->changes;
        w->depth = 0;
        if (!enter(w, s, form, asked, DPF_ROOT, 0))
            return -E_PERM;
    }
    while (w->depth) {
        struct dpf_level *l = &w->level[w->depth - 1];
        uint32_t at = 0, n = 0;
        if (*work <= 0)
            return -E_AGAIN;
        if (l->branch)
            n = look(l, form, &at, work);
        else
            w->depth--;
        if (n && !enter(w, s, form, asked, n, at))
            return -E_PERM;
    }
    return 0;
}
