/* SPDX-License-Identifier: MIT */
/* dpf_set.c -- filters come to a set and go: each ends at a node of the trie, by itself or as one
 * of a group about which something else decides. */
#include "exo/dpf/dpf_own.h"

const struct dpf_filter dpf_nobody = {.rank = 0};

struct dpf_set *dpf_open(const struct hooks *hooks) {
    struct dpf_set *s = hooks->allocate(hooks->owner, sizeof *s);
    if (!s)
        return NULL;
    s->hooks = *hooks;
    s->limit = (struct dpf_limit){0, UINT32_MAX, UINT32_MAX};
    s->bytes = sizeof *s;
    if (dpf_compile_begin(s) && dpf_trie_open(s))
        return s;
    dpf_close(s);
    return NULL;
}

void dpf_limit(struct dpf_set *s, const struct dpf_limit *limit) {
    s->limit = *limit;
}

/* --- One comes --- */

/* Of two that test as many bits, the first. */
#define DPF_ORDER (UINT64_MAX >> 16)
static void rank(struct dpf_set *s, struct dpf_filter *f, uint32_t node, uint32_t bits) {
    f->node = node;
    f->bits = bits;
    f->rank = ((uint64_t)bits + 1) << 48 | (DPF_ORDER - s->order++);
}

/* By itself. */
static int end_at(struct dpf_set *s, const struct dpf_form *form, struct dpf_filter *f) {
    uint32_t from, n = dpf_reach(s, form, &from);
    if (!n)
        return -E_FULL;
    if (s->entry[n].filter != &dpf_nobody)
        return -E_EXISTS;
    rank(s, f, n, form->bits);
    s->entry[n].filter = f;
    if (!dpf_compile_way(s, from, n)) {
        s->entry[n].filter = &dpf_nobody;
        dpf_undo(s, from, n);
        return -E_NO_MEMORY;
    }
    dpf_widen(s, n, f->bits);
    return 0;
}

/* How something else decides about a filter. */
struct chosen {
    const struct dpf_choice *choice;
    const void *what;
    uint32_t moved;
};

static struct dpf_group *group_at(struct dpf_set *s, uint32_t n, const struct chosen *c) {
    for (struct dpf_group *g = dpf_node(s, n)->group; g; g = g->next)
        if (g->choice == c->choice && g->moved == c->moved && c->choice->is(g, c->what))
            return g;
    return NULL;
}

static void unlink_group(struct dpf_set *s, uint32_t n, const struct dpf_group *g) {
    struct dpf_group **at = &dpf_node(s, n)->group;
    while (*at != g)
        at = &(*at)->next;
    *at = g->next;
}

static struct dpf_group *new_group(struct dpf_set *s, uint32_t from, uint32_t n, uint32_t bits,
                                   const struct chosen *c) {
    struct dpf_group *g = c->choice->make(s, c->what);
    if (g) {
        g->choice = c->choice;
        g->moved = c->moved;
        g->bits = bits;
        g->next = dpf_node(s, n)->group;
        dpf_node(s, n)->group = g;
        if (dpf_compile_way(s, from, n))
            return g;
        unlink_group(s, n, g);
        c->choice->end(s, g);
    }
    dpf_undo(s, from, n);
    return NULL;
}

static void take_out(struct dpf_set *s, struct dpf_filter *f) {
    struct dpf_group *g = f->group;
    struct dpf_filter **at = &g->member;
    while (*at != f)
        at = &(*at)->next;
    *at = f->next;
    g->members--;
    g->choice->leave(s, g, f);
}

/* A group without members goes, unless there is no memory for code without it. */
static void end_group(struct dpf_set *s, uint32_t n, struct dpf_group *g) {
    if (g->member)
        return;
    unlink_group(s, n, g);
    if (dpf_compile(s, n, 0)) {
        g->choice->end(s, g);
    } else {
        g->next = dpf_node(s, n)->group;
        dpf_node(s, n)->group = g;
    }
}

/* As one of a group. */
static int join(struct dpf_set *s, const struct dpf_form *form, const struct chosen *c,
                struct dpf_filter *f) {
    uint32_t from, n = dpf_reach(s, form, &from);
    if (!n)
        return -E_FULL;
    struct dpf_group *g = group_at(s, n, c);
    if (!g && !(g = new_group(s, from, n, form->bits, c)))
        return -E_NO_MEMORY;
    struct dpf_filter **last = &g->member;
    while (*last)
        last = &(*last)->next;
    rank(s, f, n, form->bits);
    f->group = g;
    *last = f;
    g->members++;
    int error = c->choice->add(s, g, f, c->what);
    if (error) {
        take_out(s, f);
        end_group(s, n, g);
        dpf_prune(s, n);
    } else {
        dpf_widen(s, n, f->bits);
    }
    return error;
}

/* The filter of the later pieces. */
static int add_later(struct dpf_set *s, struct dpf_form *form, const struct dpf_atom *atom,
                     const struct dpf_fields *fields, struct dpf_filter *f) {
    uint32_t at;
    struct dpf_filter *later = dpf_allocate(s, sizeof *later);
    if (!later)
        return -E_NO_MEMORY;
    later->user = f->user;
    dpf_form(form, atom, fields->before, &at);
    int error = join(s, form, &(struct chosen){&dpf_state, fields, 0}, later);
    if (error) {
        dpf_free(s, later, sizeof *later);
        return error;
    }
    f->later = later;
    s->states++;
    s->head.find = dpf_find_and_note;
    return 0;
}

/* What all that come have to be; the form and the filter are the caller's to give back. */
static int prepare(struct dpf_set *s, const struct dpf_atom *atom, uint32_t atoms, void *user,
                   struct dpf_form **form, struct dpf_filter **f, enum dpf_fault *fault,
                   uint32_t *at) {
    *fault = DPF_FINE;
    *form = dpf_allocate(s, sizeof **form);
    *f = dpf_allocate(s, sizeof **f);
    if (!*form || !*f)
        return -E_NO_MEMORY;
    if (s->filters == DPF_FILTERS)
        return -E_FULL;
    (*f)->user = user;
    *fault = dpf_form(*form, atom, atoms, at);
    return *fault ? -E_INVALID : 0;
}

static int finish(struct dpf_set *s, struct dpf_form *form, struct dpf_filter *f, int error,
                  struct dpf_filter **filter) {
    dpf_free(s, form, sizeof *form);
    if (error) {
        dpf_free(s, f, sizeof *f);
        return error;
    }
    s->filters++;
    *filter = f;
    return 0;
}

static void remove_own(struct dpf_set *s, const struct dpf_filter *f);

int dpf_insert(struct dpf_set *s, const struct dpf_atom *atom, uint32_t atoms, void *user,
               struct dpf_filter **filter, enum dpf_fault *fault, uint32_t *at) {
    struct dpf_form *form;
    struct dpf_filter *f;
    struct dpf_fields fields;
    int error = prepare(s, atom, atoms, user, &form, &f, fault, at);
    if (!error)
        error = end_at(s, form, f);
    if (!error) {
        dpf_fields(&fields, atom, atoms);
        error = fields.count ? add_later(s, form, atom, &fields, f) : 0;
        if (error)
            remove_own(s, f);
    }
    return finish(s, form, f, error, filter);
}

int dpf_insert_chosen(struct dpf_set *s, const struct dpf_atom *atom, uint32_t atoms,
                      const struct dpf_choice *choice, const void *what, void *user,
                      struct dpf_filter **filter, enum dpf_fault *fault, uint32_t *at) {
    struct dpf_form *form;
    struct dpf_filter *f;
    struct dpf_fields fields;
    int error = prepare(s, atom, atoms, user, &form, &f, fault, at);
    if (*fault == DPF_NOTHING) {
        *fault = DPF_FINE;
        error = 0;
    }
    if (!error && (dpf_fields(&fields, atom, atoms), fields.count)) {
        *fault = DPF_STATE_PLACE;
        *at = fields.before;
        error = -E_INVALID;
    }
    if (!error)
        error = join(s, form, &(struct chosen){choice, what, dpf_moved(atom, atoms)}, f);
    return finish(s, form, f, error, filter);
}

/* --- and goes --- */

/* What it has in the trie. */
static void remove_own(struct dpf_set *s, const struct dpf_filter *f) {
    uint32_t n = f->node;
    s->entry[n].filter = &dpf_nobody;
    if (dpf_node(s, n)->branch || dpf_node(s, n)->group)
        dpf_compile(s, n, 0); /* without memory it goes on to find nobody */
    dpf_bound(s, dpf_prune(s, n));
}

static void leave(struct dpf_set *s, struct dpf_filter *f) {
    uint32_t n = f->node;
    struct dpf_group *g = f->group;
    take_out(s, f);
    end_group(s, n, g);
    dpf_bound(s, dpf_prune(s, n));
}

void dpf_remove(struct dpf_set *s, struct dpf_filter *f) {
    if (f->later) {
        leave(s, f->later);
        dpf_free(s, f->later, sizeof *f->later);
        if (!--s->states)
            s->head.find = s->find;
    }
    if (f->group)
        leave(s, f);
    else
        remove_own(s, f);
    s->filters--;
    dpf_free(s, f, sizeof *f);
}

static void close_filters(struct dpf_set *s, uint32_t n) {
    struct dpf_filter *f = (struct dpf_filter *)(uintptr_t)s->entry[n].filter, *after;
    if (f && f != &dpf_nobody)
        dpf_free(s, f, sizeof *f);
    for (struct dpf_group *g = dpf_node(s, n)->group, *next; g; g = next) {
        next = g->next;
        for (f = g->member; f; f = after) {
            after = f->next;
            dpf_free(s, f, sizeof *f);
        }
        g->choice->end(s, g);
    }
}

void dpf_close(struct dpf_set *s) {
    struct hooks hooks = s->hooks;
    for (uint32_t n = DPF_ROOT; n < s->room; n++)
        close_filters(s, n);
    dpf_trie_close(s);
    if (s->begin.run)
        hooks.code_unmap(hooks.owner, &s->begin);
    hooks.release(hooks.owner, s, sizeof *s);
}

struct dpf_size dpf_size(const struct dpf_set *s) {
    return (struct dpf_size){s->filters, s->nodes, s->code_bytes, s->bytes};
}
