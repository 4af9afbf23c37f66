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

/* Room for more nodes: as many pieces of them again, or of their entries. What stands in both
 * arrays is moved, the nodes are not. */
static bool widen_arrays(struct dpf_set *s) {
    uint32_t was = s->pieces, pieces = was ? 2 * was : 1;
    struct dpf_node **at = dpf_allocate(s, pieces * sizeof(void *));
    struct dpf_entry *entry = dpf_allocate(s, pieces * DPF_NODES * sizeof *entry);
    if (!at || !entry) {
        dpf_free(s, at, pieces * sizeof(void *));
        dpf_free(s, entry, pieces * DPF_NODES * sizeof *entry);
        return false;
    }
    if (was) {
        memcpy(at, s->nodes_at, was * sizeof(void *));
        memcpy(entry, s->entry, was * DPF_NODES * sizeof *entry);
        dpf_free(s, s->nodes_at, was * sizeof(void *));
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

bool dpf_trie_open(struct dpf_set *s) {
    if (!grow(s))
        return false;
    s->entry[0] = (struct dpf_entry){s->nothing, &dpf_nobody};
    begin_node(s, DPF_ROOT);
    return dpf_compile(s, DPF_ROOT, 0);
}

static void close_node(struct dpf_set *s, uint32_t n) {
    for (struct dpf_branch *b = dpf_node(s, n)->branch, *next; b; b = next) {
        next = b->next;
        dpf_table_free(&b->to, s);
        dpf_free(s, b, sizeof *b);
    }
    if (dpf_node(s, n)->code.run)
        s->hooks.code_unmap(s->hooks.owner, &dpf_node(s, n)->code);
}

void dpf_trie_close(struct dpf_set *s) {
    for (uint32_t n = DPF_ROOT; n < s->room; n++)
        close_node(s, n);
    for (uint32_t n = 0; n < s->room; n += DPF_NODES)
        dpf_free(s, s->nodes_at[n / DPF_NODES], DPF_NODES * sizeof(struct dpf_node));
    if (s->pieces) {
        dpf_free(s, s->nodes_at, s->pieces * sizeof(void *));
        dpf_free(s, s->entry, (size_t)s->pieces * DPF_NODES * sizeof *s->entry);
    }
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
    unsigned count = 0, own = 0;
    for (const struct dpf_branch *b = n->branch; b; b = b->next, count++)
        own += s->limit.owner && b->owner == s->limit.owner;
    bool room = count < DPF_BRANCHES && own < s->limit.branches;
    struct dpf_branch *new = room ? dpf_allocate(s, sizeof *new) : NULL;
    if (!new)
        return NULL;
    while (*at && compare(&(*at)->key, key) < 0)
        at = &(*at)->next;
    *new =
        (struct dpf_branch){.key = *key, .next = *at, .least = UINT32_MAX, .owner = s->limit.owner};
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

/* --- A way to a node --- */

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
    return n != DPF_ROOT && s->entry[n].filter == &dpf_nobody && !dpf_node(s, n)->branch &&
           !dpf_node(s, n)->group;
}

/* Whether the node below is all that n leads to. */
static bool leads_on_only(const struct dpf_set *s, uint32_t n) {
    const struct dpf_branch *b = dpf_node(s, n)->branch;
    return n != DPF_ROOT && s->entry[n].filter == &dpf_nobody && !dpf_node(s, n)->group &&
           !b->next && b->to.count == 1;
}

static uint32_t give_up(struct dpf_set *s, uint32_t n) {
    uint32_t parent = dpf_node(s, n)->parent;
    struct dpf_branch *b = dpf_node(s, n)->from;
    dpf_table_remove(&b->to, s, dpf_node(s, n)->value);
    if (!b->to.count)
        remove_branch(s, dpf_node(s, parent), b);
    give_node(s, n);
    return parent;
}

void dpf_undo(struct dpf_set *s, uint32_t from, uint32_t n) {
    while (n != from)
        n = give_up(s, n);
}

/* One node is compiled anew, however long the way below it is. */
uint32_t dpf_prune(struct dpf_set *s, uint32_t n) {
    if (!leads_nowhere(s, n))
        return n;
    uint32_t top = n;
    while (leads_on_only(s, dpf_node(s, top)->parent))
        top = dpf_node(s, top)->parent;
    uint32_t stays = dpf_node(s, top)->parent;
    if (dpf_node(s, top)->from->to.count <= 2 && !dpf_compile(s, stays, top))
        return n;
    dpf_undo(s, stays, n);
    return stays;
}

uint32_t dpf_reach(struct dpf_set *s, const struct dpf_form *form, uint32_t *from) {
    uint32_t steps, n = *from = follow(s, form, &steps), to;
    if (form->steps - steps > s->limit.steps)
        return 0;
    for (; steps < form->steps; steps++, n = to)
        if (!(to = lead_on(s, n, &form->step[steps]))) {
            dpf_undo(s, *from, n);
            return 0;
        }
    return n;
}

/* --- How many bits the filters beyond a branch test --- */

static void include(struct dpf_branch *b, uint32_t least, uint32_t most) {
    b->least = least < b->least ? least : b->least;
    b->most = most > b->most ? most : b->most;
}

/* A message goes beyond each of a node's branches, and beyond a branch by one value. */
static uint32_t steps_of(const struct dpf_node *node) {
    uint32_t steps = 0;
    for (const struct dpf_group *g = node->group; g; g = g->next)
        steps += DPF_GROUP_STEPS;
    for (const struct dpf_branch *b = node->branch; b; b = b->next)
        steps += b->steps;
    return steps;
}

uint32_t dpf_steps(const struct dpf_set *s) {
    return steps_of(dpf_node(s, DPF_ROOT));
}

static void include_steps(struct dpf_branch *b, const struct dpf_node *node) {
    uint32_t steps = 1 + steps_of(node);
    b->steps = steps > b->steps ? steps : b->steps;
}

/* Of those that end at a node, or beyond it. */
static void include_node(const struct dpf_set *s, struct dpf_branch *b, uint32_t n) {
    const struct dpf_filter *f = s->entry[n].filter;
    if (f != &dpf_nobody)
        include(b, f->bits, f->bits);
    for (const struct dpf_group *g = dpf_node(s, n)->group; g; g = g->next)
        include(b, g->bits, g->bits);
    for (const struct dpf_branch *c = dpf_node(s, n)->branch; c; c = c->next)
        include(b, c->least, c->most);
    include_steps(b, dpf_node(s, n));
}

void dpf_bound(struct dpf_set *s, uint32_t n) {
    for (; n != DPF_ROOT; n = dpf_node(s, n)->parent) {
        struct dpf_branch *b = dpf_node(s, n)->from;
        const struct dpf_slot *slot;
        b->least = UINT32_MAX;
        b->most = b->steps = 0;
        for (uint32_t at = 0; (slot = dpf_table_next(&b->to, &at));)
            include_node(s, b, dpf_slot_node(slot));
    }
}

void dpf_widen(struct dpf_set *s, uint32_t n, uint32_t bits) {
    for (; n != DPF_ROOT; n = dpf_node(s, n)->parent) {
        include(dpf_node(s, n)->from, bits, bits);
        include_steps(dpf_node(s, n)->from, dpf_node(s, n));
    }
}

/* --- Its code --- */

bool dpf_compile_way(struct dpf_set *s, uint32_t from, uint32_t n) {
    uint32_t below = 0;
    for (; n != from; n = dpf_node(s, n)->parent) {
        if (!dpf_compile(s, n, 0))
            return false;
        below = n;
    }
    return (below && dpf_node(s, below)->from->to.count > 2) || dpf_compile(s, from, 0);
}
