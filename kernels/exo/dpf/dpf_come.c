/* SPDX-License-Identifier: MIT */
/* dpf_come.c -- filters come to a set, in parts: each ends at a node of the trie, by itself or as
 * one of a group about which something else decides. Its way there is made a node at a time, and
 * what is there so far leads nowhere. Then all who would lose messages are asked; and if the set is
 * still as it was then, the filter is put at its end. */
#include "exo/dpf/dpf_own.h"

/* Atoms of which the form is made at once, and then as many in a part. */
enum { ATOMS_AT_ONCE = 16, ATOMS_A_PART = 8 };

/* A filter of the trie that comes. */
struct way {
    struct dpf_form form;
    uint32_t node, steps;            /* how far it has come, which is held, ... */
    uint32_t brought;                /* ... and how many nodes are new */
    const struct dpf_choice *choice; /* what decides about it; null: it is by itself */
    const void *what;
    uint32_t moved;
    struct dpf_filter *f;
};

/* Of one with state atoms the second way is that of the later pieces. */
struct dpf_coming {
    const struct dpf_atom *atom;
    uint32_t atoms;
    bool formed; /* the forms of its ways are made */
    struct dpf_forming *forming;
    struct way first, *later;
    struct dpf_fields fields;
    struct dpf_walk *walk;
    uint32_t asked; /* for how many ways all were asked ... */
    uint64_t since; /* ... and the changes that the set had had then */
};

static struct way *nth_way(struct dpf_coming *c, unsigned n) {
    return n == 0 ? &c->first : n == 1 ? c->later : NULL;
}

static void begin_way(struct dpf_set *s, struct way *w) {
    w->node = DPF_ROOT;
    dpf_node(s, DPF_ROOT)->held++;
}

static void end_way(struct dpf_set *s, struct way *w) {
    if (w->node) {
        dpf_node(s, w->node)->held--;
        if (w->f) /* it did not come */
            dpf_untidy(s, w->node);
    }
    if (w->f)
        dpf_free(s, w->f, sizeof *w->f);
}

/* Its filters are the set's by now, or nobody's. */
static void end(struct dpf_set *s, struct dpf_coming *c) {
    if (c->later) {
        end_way(s, c->later);
        dpf_free(s, c->later, sizeof *c->later);
    }
    end_way(s, &c->first);
    if (c->walk)
        dpf_free(s, c->walk, sizeof *c->walk);
    if (c->forming)
        dpf_free(s, c->forming, sizeof *c->forming);
    dpf_free(s, c, sizeof *c);
}

/* --- Its beginning --- */

static int begin_later(struct dpf_set *s, struct dpf_coming *c) {
    struct way *w = c->later = dpf_allocate(s, sizeof *w);
    if (!w || !(w->f = dpf_allocate(s, sizeof *w->f)))
        return -E_NO_MEMORY;
    w->choice = &dpf_state;
    w->what = &c->fields;
    w->f->user = c->first.f->user;
    return 0;
}

/* A way's form, of so many atoms, in parts of some atoms each. */
static int form(struct dpf_set *s, struct dpf_coming *c, struct way *w, uint32_t atoms,
                enum dpf_fault *fault, uint32_t *at, long *work) {
    struct dpf_forming here, *g = c->forming ? c->forming : &here;
    here.atoms = 0;
    if (!g->atoms)
        dpf_form_begin(g, &w->form);
    while (!*fault && g->atoms < atoms && (*work > 0 || g == &here)) {
        uint32_t end = g->atoms + ATOMS_A_PART < atoms ? g->atoms + ATOMS_A_PART : atoms;
        *work -= (long)(end - g->atoms) * DPF_WORK_ATOM;
        *fault = dpf_form_on(g, &w->form, c->atom, end);
    }
    if (!*fault && *work <= 0 && g != &here)
        return -E_AGAIN;
    *work -= (long)g->part.count * DPF_WORK_LOOK;
    if (!*fault)
        *fault = dpf_form_end(g, &w->form);
    *at = g->atoms;
    g->atoms = 0;
    if (*fault == DPF_NOTHING && w->choice)
        *fault = DPF_FINE;
    if (*fault)
        return -E_INVALID;
    begin_way(s, w);
    return 0;
}

static int form_all(struct dpf_set *s, struct dpf_coming *c, enum dpf_fault *fault, uint32_t *at,
                    long *work) {
    int error = 0;
    if (c->atoms > DPF_ATOMS) {
        *fault = DPF_TOO_MANY;
        *at = c->atoms;
        return -E_INVALID;
    }
    if (!c->first.node) {
        error = form(s, c, &c->first, c->atoms, fault, at, work);
        if (error)
            return error;
        dpf_fields(&c->fields, c->atom, c->atoms);
        c->first.moved = dpf_moved(c->atom, c->atoms);
        if (c->fields.count && c->first.choice) {
            *fault = DPF_STATE_PLACE;
            *at = c->fields.before;
            return -E_INVALID;
        }
        if (c->fields.count)
            error = begin_later(s, c);
    }
    if (!error && c->fields.count)
        error = form(s, c, c->later, c->fields.before, fault, at, work);
    c->formed = !error;
    return error;
}

int dpf_begin(struct dpf_set *s, const struct dpf_atom *atom, uint32_t atoms,
              const struct dpf_choice *choice, const void *what, void *user,
              struct dpf_coming **coming) {
    struct dpf_coming *c = *coming = dpf_allocate(s, sizeof *c);
    if (!c)
        return -E_NO_MEMORY;
    c->atom = atom;
    c->atoms = atoms;
    c->first.choice = choice;
    c->first.what = what;
    c->first.f = dpf_allocate(s, sizeof *c->first.f);
    if (atoms > ATOMS_AT_ONCE)
        c->forming = dpf_allocate(s, sizeof *c->forming);
    int error = c->first.f && (c->forming || atoms <= ATOMS_AT_ONCE) ? 0 : -E_NO_MEMORY;
    if (!error && s->filters == DPF_FILTERS)
        error = -E_FULL;
    if (error)
        end(s, c);
    else
        c->first.f->user = user;
    return error;
}

/* --- Its ways --- */

static int go(struct dpf_set *s, struct way *w, long *work) {
    while (w->steps < w->form.steps) {
        uint32_t to, nodes = s->nodes;
        if (*work <= 0)
            return -E_AGAIN;
        int error = dpf_step(s, w->node, &w->form.step[w->steps], &to, work);
        if (error)
            return error;
        w->brought += s->nodes - nodes;
        if (to == w->node)
            continue;
        dpf_node(s, w->node)->held--;
        dpf_node(s, to)->held++;
        w->node = to;
        w->steps++;
        if (w->brought > s->limit.steps)
            return -E_FULL;
    }
    return 0;
}

static int ask(struct dpf_set *s, struct dpf_coming *c, const struct dpf_asked *asked, long *work) {
    const struct way *w;
    if (c->since != s->changes)
        c->asked = 0;
    if (nth_way(c, c->asked) && !c->walk && !(c->walk = dpf_allocate(s, sizeof *c->walk)))
        return -E_NO_MEMORY;
    for (; (w = nth_way(c, c->asked)); c->asked++) {
        int error = dpf_walk_on(c->walk, s, &w->form, asked, work);
        if (error)
            return error;
        c->walk->begun = false;
        c->since = s->changes;
    }
    return 0;
}

static struct dpf_group *group_at(struct dpf_set *s, const struct way *w) {
    for (struct dpf_group *g = dpf_node(s, w->node)->group; g; g = g->next)
        if (g->choice == w->choice && g->moved == w->moved && w->choice->is(g, w->what))
            return g;
    return NULL;
}

static int make_group(struct dpf_set *s, const struct way *w, long *work) {
    struct dpf_node *node = dpf_node(s, w->node);
    struct dpf_group *g = w->choice->make(s, w->what);
    if (!g)
        return -E_NO_MEMORY;
    g->choice = w->choice;
    g->moved = w->moved;
    g->bits = w->form.bits;
    g->next = node->group;
    node->group = g;
    *work -= DPF_WORK_CODE;
    if (dpf_compile(s, w->node, 0))
        return 0;
    node->group = g->next;
    w->choice->end(s, g);
    return -E_NO_MEMORY;
}

/* --- At their ends --- */

/* Of two that test as many bits, the first. */
#define DPF_ORDER (UINT64_MAX >> 16)
static void rank(struct dpf_set *s, struct way *w) {
    w->f->node = w->node;
    w->f->bits = w->form.bits;
    w->f->rank = ((uint64_t)w->f->bits + 1) << 48 | (DPF_ORDER - s->order++);
}

/* As one of a group. */
static int join(struct dpf_set *s, struct way *w) {
    struct dpf_group *g = group_at(s, w);
    struct dpf_filter *f = w->f, **last = &g->member;
    while (*last)
        last = &(*last)->next;
    rank(s, w);
    f->group = g;
    *last = f;
    g->members++;
    g->kept = false;
    int error = w->choice->add(s, g, f, w->what);
    if (error)
        dpf_leave(s, f);
    else
        dpf_widen(s, w->node, f->bits);
    return error;
}

/* By itself. */
static int put(struct dpf_set *s, struct way *w) {
    if (s->entry[w->node].filter != &dpf_nobody)
        return -E_EXISTS;
    rank(s, w);
    s->entry[w->node].filter = w->f;
    if (!dpf_compile(s, w->node, 0)) {
        s->entry[w->node].filter = &dpf_nobody;
        return -E_NO_MEMORY;
    }
    dpf_node(s, w->node)->stale = false;
    dpf_widen(s, w->node, w->f->bits);
    return 0;
}

static int put_all(struct dpf_set *s, struct dpf_coming *c) {
    struct way *w = &c->first;
    int error = w->choice ? join(s, w) : put(s, w);
    if (error || !c->later)
        return error;
    error = join(s, c->later);
    if (error) {
        dpf_leave(s, w->f);
        return error;
    }
    w->f->later = c->later->f;
    c->later->f = NULL;
    s->states++;
    s->head.find = dpf_find_and_note;
    return 0;
}

static int go_on(struct dpf_set *s, struct dpf_coming *c, const struct dpf_asked *asked,
                 enum dpf_fault *fault, uint32_t *at, long *work) {
    struct way *w;
    int error = c->formed ? 0 : form_all(s, c, fault, at, work);
    for (unsigned n = 0; !error && (w = nth_way(c, n)); n++)
        error = go(s, w, work);
    if (!error && asked)
        error = ask(s, c, asked, work);
    for (unsigned n = 0; !error && (w = nth_way(c, n)); n++)
        if (w->choice && !group_at(s, w))
            error = *work > 0 ? make_group(s, w, work) : -E_AGAIN;
    if (!error && *work <= 0)
        error = -E_AGAIN;
    return error ? error : put_all(s, c);
}

int dpf_go_on(struct dpf_set *s, struct dpf_coming *c, const struct dpf_asked *asked, long *work,
              struct dpf_filter **filter, enum dpf_fault *fault, uint32_t *at) {
    *fault = DPF_FINE;
    int error = go_on(s, c, asked, fault, at, work);
    if (error == -E_AGAIN)
        return error;
    if (!error) {
        *filter = c->first.f;
        c->first.f = NULL;
        s->filters++;
        s->changes++;
    }
    end(s, c);
    return error;
}

void dpf_give_up(struct dpf_set *s, struct dpf_coming *c) {
    end(s, c);
}

/* --- All at once --- */

int dpf_insert_chosen(struct dpf_set *s, const struct dpf_atom *atom, uint32_t atoms,
                      const struct dpf_choice *choice, const void *what, void *user,
                      struct dpf_filter **filter, enum dpf_fault *fault, uint32_t *at) {
    struct dpf_coming *c;
    long work = DPF_AT_ONCE;
    *fault = DPF_FINE;
    int error = dpf_begin(s, atom, atoms, choice, what, user, &c);
    if (!error)
        error = dpf_go_on(s, c, NULL, &work, filter, fault, at);
    dpf_tidy(s, &work);
    return error;
}

int dpf_insert(struct dpf_set *s, const struct dpf_atom *atom, uint32_t atoms, void *user,
               struct dpf_filter **filter, enum dpf_fault *fault, uint32_t *at) {
    return dpf_insert_chosen(s, atom, atoms, NULL, NULL, user, filter, fault, at);
}

int dpf_would_take(struct dpf_set *s, const struct dpf_atom *atom, uint32_t atoms,
                   bool (*may)(void *user, void *arg), void *arg, enum dpf_fault *fault,
                   uint32_t *at) {
    struct dpf_coming *c;
    long work = DPF_AT_ONCE;
    *fault = DPF_FINE;
    int error = dpf_begin(s, atom, atoms, NULL, NULL, NULL, &c);
    if (error)
        return error;
    error = form_all(s, c, fault, at, &work);
    if (!error)
        error = ask(s, c, &(struct dpf_asked){may, arg}, &work);
    if (*fault == DPF_NOTHING)
        error = 0;
    end(s, c);
    dpf_tidy(s, &work);
    return error;
}
