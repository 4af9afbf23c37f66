/* SPDX-License-Identifier: MIT */
/* dpf_overlap.c -- from whom a filter would take messages: from each filter that tests fewer bits
 * and that some message satisfies together with it. Two filters exclude each other where they want
 * a bit of the same place otherwise. Behind shifts that are not the same a place is not known, and
 * nothing excludes: so some are asked about who would never have been hurt, but none who is hurt is
 * not. */
#include "exo/dpf/dpf_own.h"

struct question {
    const struct dpf_set *set;
    const struct dpf_form *form;
    bool (*may)(void *user, void *arg);
    void *arg;
};

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

static bool ask_node(const struct question *q, uint32_t node, uint32_t at);

static bool ask_branch(const struct question *q, const struct dpf_branch *b, uint32_t at) {
    uint32_t mask = 0, value = 0;
    if (b->least >= q->form->bits) /* they go before it */
        return true;
    if (b->key.shift)
        return ask_node(q, dpf_slot_node(&b->to.one),
                        at == NOWHERE ? NOWHERE : behind_shift(q->form, at, &b->key));
    if (at != NOWHERE)
        wanted(q->form, at, b->key.offset, &mask, &value);
    mask &= b->key.mask;
    if (mask == b->key.mask) {
        const struct dpf_slot *to = dpf_table_find(&b->to, value & mask);
        return !to || ask_node(q, dpf_slot_node(to), at);
    }
    const struct dpf_slot *slot;
    for (uint32_t i = 0; (slot = dpf_table_next(&b->to, &i));)
        if (!((slot->value ^ value) & mask) && !ask_node(q, dpf_slot_node(slot), at))
            return false;
    return true;
}

/* As deep as a filter has steps. */
static bool ask_node(const struct question *q, uint32_t node, uint32_t at) {
    const struct dpf_filter *f = q->set->entry[node].filter;
    if (f != &dpf_nobody && f->bits < q->form->bits && !q->may(f->user, q->arg))
        return false;
    for (const struct dpf_group *g = dpf_node(q->set, node)->group; g; g = g->next)
        for (f = g->bits < q->form->bits ? g->member : NULL; f; f = f->next)
            if (!q->may(f->user, q->arg))
                return false;
    for (const struct dpf_branch *b = dpf_node(q->set, node)->branch; b; b = b->next)
        if (!ask_branch(q, b, at))
            return false;
    return true;
}

int dpf_would_take(struct dpf_set *s, const struct dpf_atom *atom, uint32_t atoms,
                   bool (*may)(void *user, void *arg), void *arg, enum dpf_fault *fault,
                   uint32_t *at) {
    struct dpf_form *form = dpf_allocate(s, sizeof *form);
    if (!form)
        return -E_NO_MEMORY;
    struct question q = {s, form, may, arg};
    struct dpf_fields fields;
    int error = 0;
    *fault = dpf_form(form, atom, atoms, at);
    if (*fault && *fault != DPF_NOTHING)
        error = -E_INVALID;
    else if (!ask_node(&q, DPF_ROOT, 0))
        error = -E_PERM;
    else if (dpf_fields(&fields, atom, atoms), fields.count) { /* and of the later pieces */
        dpf_form(form, atom, fields.before, at);
        error = ask_node(&q, DPF_ROOT, 0) ? 0 : -E_PERM;
    }
    dpf_free(s, form, sizeof *form);
    return error;
}
