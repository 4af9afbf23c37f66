/* SPDX-License-Identifier: MIT */
/* dpf_trie.c -- the filters of a set as a trie of their steps: each node is a place on the way of a
 * message, its branches are what is asked there, and what is asked leads on by its value. What
 * comes or goes changes the nodes of its own, and the one at which they begin. */
#include "exo/dpf/dpf_own.h"

#include "lib/string.h"

void *dpf_allocate(struct dpf_set *s, size_t bytes) {
    void *memory = s->hooks.allocate(s->hooks.owner, bytes);
    if (memory)
        s->bytes += (uint32_t)bytes;
    return memory;
}

void dpf_free(struct dpf_set *s, void *memory, size_t bytes) {
    if (memory)
        s->bytes -= (uint32_t)bytes;
    s->hooks.release(s->hooks.owner, memory, bytes);
}

const struct dpf_filter dpf_nobody = {.rank = 0};

/* Room for more nodes: as many pieces of them again, or of their entries. What stands in both
 * arrays is moved, the nodes are not. */
static bool widen_arrays(struct dpf_set *s) {
    uint32_t was = s->pieces, pieces = was ? 2 * was : 1;
    struct dpf_node **at = dpf_allocate(s, pieces * sizeof *at);
    struct dpf_entry *entry = dpf_allocate(s, pieces * DPF_NODES * sizeof *entry);
    if (!at || !entry) {
        dpf_free(s, at, pieces * sizeof *at);
        dpf_free(s, entry, pieces * DPF_NODES * sizeof *entry);
        return false;
    }
    if (was) {
        memcpy(at, s->nodes_at, was * sizeof *at);
        memcpy(entry, s->entry, was * DPF_NODES * sizeof *entry);
        dpf_free(s, s->nodes_at, was * sizeof *at);
        dpf_free(s, s->entry, was * DPF_NODES * sizeof *entry);
    }
    s->nodes_at = at;
    s->entry = entry;
    s->pieces = pieces;
    return true;
}

static bool grow(struct dpf_set *s) {
    if (s->room == s->pieces * DPF_NODES && !widen_arrays(s))
        return false;
    struct dpf_node *piece = dpf_allocate(s, DPF_NODES * sizeof *piece);
    if (!piece)
        return false;
    s->nodes_at[s->room / DPF_NODES] = piece;
    s->room += DPF_NODES;
    for (uint32_t i = s->room - 1; i >= s->room - DPF_NODES && i > DPF_ROOT; i--) {
        dpf_node(s, i)->parent = s->free;
        s->free = i;
    }
    return true;
}

/* Until it has its code, what comes to it is nobody's. */
static void begin_node(struct dpf_set *s, uint32_t n) {
    *dpf_node(s, n) = (struct dpf_node){.parent = 0};
    s->entry[n] = (struct dpf_entry){s->nothing, &dpf_nobody};
    s->nodes++;
}

static uint32_t take_node(struct dpf_set *s) {
    uint32_t n = s->free;
    s->free = dpf_node(s, n)->parent;
    begin_node(s, n);
    return n;
}

static void give_node(struct dpf_set *s, uint32_t n) {
    struct dpf_node *node = dpf_node(s, n);
    if (node->code.run) {
        s->code_bytes -= (uint32_t)node->code.bytes;
        s->hooks.code_unmap(s->hooks.owner, &node->code);
    }
    *node = (struct dpf_node){.parent = s->free};
    s->free = n;
    s->nodes--;
}

struct dpf_set *dpf_open(const struct hooks *hooks) {
    struct dpf_set *s = hooks->allocate(hooks->owner, sizeof *s);
    if (!s)
        return NULL;
    s->hooks = *hooks;
    s->bytes = sizeof *s;
    if (dpf_compile_begin(s) && grow(s)) {
        s->entry[0] = (struct dpf_entry){s->nothing, &dpf_nobody};
        begin_node(s, DPF_ROOT);
        return s;
    }
    dpf_close(s);
    return NULL;
}

/* --- Branches --- */

/* In which order they are asked: any, but always the same. */
static int compare(const struct dpf_key *a, const struct dpf_key *b) {
    uint64_t one = (uint64_t)a->shift << 56 | (uint64_t)a->offset << 40 | (uint64_t)a->bytes << 32;
    uint64_t two = (uint64_t)b->shift << 56 | (uint64_t)b->offset << 40 | (uint64_t)b->bytes << 32;
    one |= a->mask;
    two |= b->mask;
    return one < two ? -1 : one > two;
}

static struct dpf_branch *branch_of(const struct dpf_node *n, const struct dpf_key *key) {
    for (struct dpf_branch *b = n->branch; b; b = b->next)
        if (dpf_key_is(&b->key, key))
            return b;
    return NULL;
}

static struct dpf_branch *add_branch(struct dpf_set *s, struct dpf_node *n,
                                     const struct dpf_key *key) {
    struct dpf_branch **at = &n->branch;
    unsigned count = 0;
    for (const struct dpf_branch *b = n->branch; b; b = b->next)
        count++;
    struct dpf_branch *new = count < DPF_BRANCHES ? dpf_allocate(s, sizeof *new) : NULL;
    if (!new)
        return NULL;
    while (*at && compare(&(*at)->key, key) < 0)
        at = &(*at)->next;
    *new = (struct dpf_branch){.key = *key, .next = *at, .least = UINT32_MAX};
    *at = new;
    return new;
}

static void remove_branch(struct dpf_set *s, struct dpf_node *n, struct dpf_branch *b) {
    struct dpf_branch **at = &n->branch;
    while (*at != b)
        at = &(*at)->next;
    *at = b->next;
    dpf_free(s, b, sizeof *b);
}

/* --- A filter comes --- */

/* As far as the steps lead on what there is: the node, and how many steps. */
static uint32_t follow(const struct dpf_set *s, const struct dpf_form *f, uint32_t *steps) {
    uint32_t n = DPF_ROOT;
    for (*steps = 0; *steps < f->steps; ++*steps) {
        const struct dpf_step *step = &f->step[*steps];
        struct dpf_branch *b = branch_of(dpf_node(s, n), &step->key);
        struct dpf_slot *to = b ? dpf_table_find(&b->to, step->value) : NULL;
        if (!to)
            break;
        n = dpf_slot_node(to);
    }
    return n;
}

/* One node more on the way from n. 0: no memory, or no room at n. */
static uint32_t lead_on(struct dpf_set *s, uint32_t n, const struct dpf_step *step) {
    if (!s->free && !grow(s))
        return 0;
    struct dpf_branch *b = branch_of(dpf_node(s, n), &step->key);
    bool new = !b;
    if (new && !(b = add_branch(s, dpf_node(s, n), &step->key)))
        return 0;
    uint32_t to = s->free;
    if (!dpf_table_add(&b->to, s, step->value, to)) {
        if (new)
            remove_branch(s, dpf_node(s, n), b);
        return 0;
    }
    uint32_t end = step->key.offset + (uint32_t)step->key.bytes;
    take_node(s);
    dpf_node(s, to)->parent = n;
    dpf_node(s, to)->from = b;
    dpf_node(s, to)->value = step->value;
    dpf_node(s, to)->proven = step->key.shift                ? 0
                              : end > dpf_node(s, n)->proven ? end
                                                             : dpf_node(s, n)->proven;
    return to;
}

static bool leads_nowhere(const struct dpf_set *s, uint32_t n) {
    return n != DPF_ROOT && s->entry[n].filter == &dpf_nobody && !dpf_node(s, n)->branch;
}

/* Takes away what leads nowhere, from n up; gives the node that is left. Each is left out of the
 * code before it goes. If there is no memory for that, it stays: what leads nowhere does no harm.
 * `bare`: no code leads there yet. */
static uint32_t prune(struct dpf_set *s, uint32_t n, bool bare) {
    while (leads_nowhere(s, n)) {
        uint32_t parent = dpf_node(s, n)->parent;
        struct dpf_branch *b = dpf_node(s, n)->from;
        if (!bare && b->to.count <= 2 && !dpf_compile(s, parent, n))
            break;
        dpf_table_remove(&b->to, s, dpf_node(s, n)->value);
        if (!b->to.count)
            remove_branch(s, dpf_node(s, parent), b);
        give_node(s, n);
        n = parent;
    }
    return n;
}

static void include(struct dpf_branch *b, uint32_t least, uint32_t most) {
    b->least = least < b->least ? least : b->least;
    b->most = most > b->most ? most : b->most;
}

/* How many bits the filters beyond a branch test. */
static void bound(const struct dpf_set *s, struct dpf_branch *b) {
    const struct dpf_slot *slot;
    b->least = UINT32_MAX;
    b->most = 0;
    for (uint32_t at = 0; (slot = dpf_table_next(&b->to, &at));) {
        const struct dpf_filter *f = s->entry[dpf_slot_node(slot)].filter;
        if (f != &dpf_nobody)
            include(b, f->bits, f->bits);
        for (const struct dpf_branch *c = dpf_node(s, dpf_slot_node(slot))->branch; c; c = c->next)
            include(b, c->least, c->most);
    }
}

static void widen(struct dpf_set *s, uint32_t n, uint32_t bits) {
    for (; n != DPF_ROOT; n = dpf_node(s, n)->parent)
        include(dpf_node(s, n)->from, bits, bits);
}

/* The nodes behind `from`, which was there before, up to n; then `from` itself, if that has other
 * code now: with two branches or two values it has, with one more of many not. */
static bool compile_way(struct dpf_set *s, uint32_t from, uint32_t n) {
    uint32_t below = 0;
    for (; n != from; n = dpf_node(s, n)->parent) {
        if (!dpf_compile(s, n, 0))
            return false;
        below = n;
    }
    return (below && dpf_node(s, below)->from->to.count > 2) || dpf_compile(s, from, 0);
}

static int insert(struct dpf_set *s, const struct dpf_form *form, struct dpf_filter *f) {
    uint32_t steps, from = follow(s, form, &steps), n = from, to;
    if (steps == form->steps && s->entry[n].filter != &dpf_nobody)
        return -E_EXISTS;
    for (; steps < form->steps; steps++, n = to)
        if (!(to = lead_on(s, n, &form->step[steps]))) {
            prune(s, n, true);
            return -E_FULL;
        }
    *f = (struct dpf_filter){.user = f->user,
                             .node = n,
                             .bits = form->bits,
                             .rank = (uint64_t)form->bits << 32 | (UINT32_MAX - s->order)};
    s->entry[n].filter = f;
    if (!compile_way(s, from, n)) {
        s->entry[n].filter = &dpf_nobody;
        prune(s, n, true);
        return -E_NO_MEMORY;
    }
    widen(s, n, f->bits);
    s->order++;
    s->filters++;
    return 0;
}

int dpf_insert(struct dpf_set *s, const struct dpf_atom *atom, uint32_t atoms, void *user,
               struct dpf_filter **filter, enum dpf_fault *fault, uint32_t *at) {
    struct dpf_form *form = dpf_allocate(s, sizeof *form);
    struct dpf_filter *f = dpf_allocate(s, sizeof *f);
    int error = !form || !f ? -E_NO_MEMORY : s->filters == DPF_FILTERS ? -E_FULL : 0;
    *fault = DPF_FINE;
    if (!error && (*fault = dpf_form(form, atom, atoms, at)))
        error = -E_INVALID;
    if (!error) {
        f->user = user;
        error = insert(s, form, f);
    }
    dpf_free(s, form, sizeof *form);
    if (error)
        dpf_free(s, f, sizeof *f);
    else
        *filter = f;
    return error;
}

/* --- and goes --- */

void dpf_remove(struct dpf_set *s, struct dpf_filter *f) {
    uint32_t n = f->node;
    s->entry[n].filter = &dpf_nobody;
    s->filters--;
    if (dpf_node(s, n)->branch)
        dpf_compile(s, n, 0); /* without memory it goes on to find nobody */
    n = prune(s, n, false);
    for (; n != DPF_ROOT; n = dpf_node(s, n)->parent)
        bound(s, dpf_node(s, n)->from);
    dpf_free(s, f, sizeof *f);
}

static void close_node(struct dpf_set *s, uint32_t n) {
    for (struct dpf_branch *b = dpf_node(s, n)->branch, *next; b; b = next) {
        next = b->next;
        dpf_table_free(&b->to, s);
        dpf_free(s, b, sizeof *b);
    }
    if (s->entry[n].filter && s->entry[n].filter != &dpf_nobody)
        dpf_free(s, (void *)(uintptr_t)s->entry[n].filter, sizeof *s->entry[n].filter);
    if (dpf_node(s, n)->code.run)
        s->hooks.code_unmap(s->hooks.owner, &dpf_node(s, n)->code);
}

void dpf_close(struct dpf_set *s) {
    struct hooks hooks = s->hooks;
    for (uint32_t n = DPF_ROOT; n < s->room; n++)
        close_node(s, n);
    if (s->begin.run)
        hooks.code_unmap(hooks.owner, &s->begin);
    for (uint32_t n = 0; n < s->room; n += DPF_NODES)
        dpf_free(s, s->nodes_at[n / DPF_NODES], DPF_NODES * sizeof(struct dpf_node));
    if (s->pieces) {
        dpf_free(s, s->nodes_at, s->pieces * sizeof *s->nodes_at);
        dpf_free(s, s->entry, (size_t)s->pieces * DPF_NODES * sizeof *s->entry);
    }
    hooks.release(hooks.owner, s, sizeof *s);
}

struct dpf_size dpf_size(const struct dpf_set *s) {
    return (struct dpf_size){s->filters, s->nodes, s->code_bytes, s->bytes};
}
