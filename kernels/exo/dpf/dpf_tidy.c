/* SPDX-License-Identifier: MIT */
/* dpf_tidy.c -- filters go. What is left of one in the trie takes no message and does no harm: it
 * is taken away in parts, a node at a time, each left out of the code before it goes. If there is
 * no memory for code without it, it stays. */
#include "exo/dpf/dpf_own.h"

void dpf_untidy(struct dpf_set *s, uint32_t n) {
    struct dpf_node *node = dpf_node(s, n);
    if (node->untidy)
        return;
    node->untidy = true;
    node->next_untidy = s->untidy;
    s->untidy = n;
}

void dpf_loosen(struct dpf_set *s, uint32_t n) {
    if (n == DPF_ROOT)
        return;
    dpf_node(s, n)->from->loose = true;
    dpf_untidy(s, dpf_node(s, n)->parent);
}

/* --- A filter takes no more messages --- */

static void take_out(struct dpf_filter *f) {
    struct dpf_filter **at = &f->group->member;
    while (*at != f)
        at = &(*at)->next;
    *at = f->next;
    f->group->members--;
}

void dpf_leave(struct dpf_set *s, struct dpf_filter *f) {
    struct dpf_node *node = dpf_node(s, f->node);
    if (f->group) {
        take_out(f);
        f->group->choice->leave(s, f->group, f);
    } else {
        s->entry[f->node].filter = &dpf_nobody;
        node->stale = node->branch || node->group;
    }
    if (!dpf_leads_nowhere(s, f->node)) /* else it is taken away */
        dpf_loosen(s, f->node);
    dpf_untidy(s, f->node);
}

void dpf_end(struct dpf_set *s, struct dpf_filter *f) {
    if (f->later) {
        dpf_leave(s, f->later);
        dpf_free(s, f->later, sizeof *f->later);
        if (!--s->states)
            s->head.find = s->find;
    }
    dpf_leave(s, f);
    s->filters--;
    dpf_free(s, f, sizeof *f);
}

/* --- What is left of it goes --- */

static struct dpf_group **without_members(struct dpf_node *node) {
    struct dpf_group **at = &node->group;
    while (*at && ((*at)->member || (*at)->kept))
        at = &(*at)->next;
    return *at ? at : NULL;
}

static void end_group(struct dpf_set *s, uint32_t n, struct dpf_group **at) {
    struct dpf_group *g = *at;
    *at = g->next;
    if (dpf_compile(s, n, 0)) {
        g->choice->end(s, g);
        dpf_loosen(s, n);
    } else {
        g->next = *at;
        *at = g;
        g->kept = true; /* what it decides about is nobody's */
    }
}

/* Whether a node leads to the one below only, and nobody looks at it besides. */
static bool leads_on_only(const struct dpf_set *s, uint32_t n) {
    const struct dpf_node *node = dpf_node(s, n);
    const struct dpf_branch *b = node->branch;
    return n != DPF_ROOT && s->entry[n].filter == &dpf_nobody && !node->group && !node->held &&
           !b->next && b->to.count == 1;
}

/* The node, and those that lead to it only, unless code without them finds no memory: one node is
 * compiled anew, however long their way is. */
static void prune(struct dpf_set *s, uint32_t n, long *work) {
    uint32_t top = n, parent;
    while (leads_on_only(s, parent = dpf_node(s, top)->parent) && !dpf_node(s, parent)->untidy)
        top = parent;
    const struct dpf_branch *b = dpf_node(s, top)->from;
    const bool last = b->to.count == 1;
    if (b->to.directory)
        *work -= (long)b->to.directory->last * 8;
    if (b->to.count <= 2) {
        *work -= DPF_WORK_CODE;
        if (!dpf_compile(s, parent, top))
            return;
    }
    for (uint32_t at = n, next; at != parent; at = next) {
        *work -= DPF_WORK_PRUNE;
        next = dpf_node(s, at)->parent;
        dpf_take_away(s, at);
    }
    if (last)
        dpf_loosen(s, parent);
    dpf_untidy(s, parent);
}

/* What the filters beyond a branch test at least, and so on: looked for until it is found to be as
 * it was. False: this is to go on. */
static bool tighten(struct dpf_set *s, uint32_t n, struct dpf_branch *b, long *work) {
    struct dpf_scan *c = &s->scan;
    const struct dpf_slot *slot = &b->to.one;
    if (c->branch != b || c->changes != s->changes)
        *c = (struct dpf_scan){.branch = b, .changes = s->changes, .least = UINT32_MAX};
    while (*work > 0 && (c->least != b->least || c->steps != b->steps) &&
           (slot = dpf_table_each(&b->to, &c->at))) {
        *work -= DPF_WORK_LOOK;
        if (slot->entry)
            dpf_include(s, dpf_slot_node(slot), &c->least, &c->steps);
    }
    bool same = c->least == b->least && c->steps == b->steps;
    if (slot && !same)
        return false;
    b->loose = false;
    c->branch = NULL;
    if (!same) {
        b->least = c->least;
        b->steps = c->steps;
        dpf_loosen(s, n);
    }
    return true;
}

static struct dpf_branch *loose(const struct dpf_node *node) {
    struct dpf_branch *b = node->branch;
    while (b && !b->loose)
        b = b->next;
    return b;
}

/* A part of what is to be done at the first node that is untidy. */
static void tidy(struct dpf_set *s, long *work) {
    uint32_t n = s->untidy;
    struct dpf_node *node = dpf_node(s, n);
    struct dpf_group **group = without_members(node);
    struct dpf_branch *b = loose(node);
    *work -= DPF_WORK_LOOK;
    if (node->stale || group) {
        *work -= DPF_WORK_CODE;
        node->stale = false;
        if (group)
            end_group(s, n, group);
        else
            dpf_compile(s, n, 0); /* without memory it goes on to find nobody */
    } else if (b) {
        tighten(s, n, b, work);
    } else {
        s->untidy = node->next_untidy;
        node->untidy = false;
        if (dpf_leads_nowhere(s, n))
            prune(s, n, work);
    }
}

bool dpf_tidy(struct dpf_set *s, long *work) {
    while (s->untidy && *work > 0)
        tidy(s, work);
    return !s->untidy;
}

void dpf_remove(struct dpf_set *s, struct dpf_filter *f) {
    long work = DPF_AT_ONCE;
    dpf_end(s, f);
    dpf_tidy(s, &work);
}
