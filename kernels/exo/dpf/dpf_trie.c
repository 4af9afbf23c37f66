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
    if (s->room == s->pieces * DPF_NODES && (s->limited || !widen_arrays(s)))
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

bool dpf_trie_open(struct dpf_set *s, uint32_t nodes) {
    while (s->pieces * DPF_NODES < nodes)
        if (!widen_arrays(s))
            return false;
    s->limited = nodes != 0;
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

/* One node more from n, by this branch of it, or a new one. 0: no memory, or no room at n. */
static uint32_t lead_on(struct dpf_set *s, uint32_t n, struct dpf_branch *b,
                        const struct dpf_step *step) {
    bool new = !b;
    if (!s->free && !grow(s))
        return 0;
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

int dpf_step(struct dpf_set *s, uint32_t n, const struct dpf_step *step, uint32_t *to, long *work) {
    struct dpf_branch *b = branch_of(dpf_node(s, n), &step->key);
    const struct dpf_slot *slot = b ? dpf_table_find(&b->to, step->value) : NULL;
    *to = slot ? dpf_slot_node(slot) : n;
    *work -= DPF_WORK_LOOK;
    if (slot)
        return 0;
    s->changes++;
    if (b && dpf_table_is_full(&b->to, step->value)) {
        *work -= DPF_WORK_SPLIT + (long)b->to.directory->last * 4;
        return dpf_table_split(&b->to, s, step->value) ? 0 : -E_FULL;
    }
    *work -= DPF_WORK_NODE;
    uint32_t new = lead_on(s, n, b, step);
    if (!new)
        return -E_FULL;
    if (dpf_node(s, new)->from->to.count <= 2) { /* of many, one more needs no other code */
        *work -= DPF_WORK_CODE;
        if (!dpf_compile(s, n, 0)) {
            dpf_take_away(s, new);
            return -E_NO_MEMORY;
        }
    }
    *to = new;
    return 0;
}

void dpf_take_away(struct dpf_set *s, uint32_t n) {
    struct dpf_branch *b = dpf_node(s, n)->from;
    uint32_t parent = dpf_node(s, n)->parent;
    s->changes++;
    dpf_table_remove(&b->to, s, dpf_node(s, n)->value);
    b->loose = true;
    if (!b->to.count)
        remove_branch(s, dpf_node(s, parent), b);
    give_node(s, n);
}

bool dpf_leads_nowhere(const struct dpf_set *s, uint32_t n) {
    const struct dpf_node *node = dpf_node(s, n);
    return n != DPF_ROOT && s->entry[n].filter == &dpf_nobody && !node->branch && !node->group &&
           !node->held;
}

/* --- What filters beyond a branch test, and how long a message takes there --- */

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

static void include_bits(uint32_t *least, uint32_t bits) {
    *least = bits < *least ? bits : *least;
}

static void include_steps(uint32_t *most, const struct dpf_node *node) {
    uint32_t steps = 1 + steps_of(node);
    *most = steps > *most ? steps : *most;
}

void dpf_include(const struct dpf_set *s, uint32_t n, uint32_t *least, uint32_t *steps) {
    const struct dpf_filter *f = s->entry[n].filter;
    if (f != &dpf_nobody)
        include_bits(least, f->bits);
    for (const struct dpf_group *g = dpf_node(s, n)->group; g; g = g->next)
        include_bits(least, g->bits);
    for (const struct dpf_branch *c = dpf_node(s, n)->branch; c; c = c->next)
        include_bits(least, c->least);
    include_steps(steps, dpf_node(s, n));
}

/* Where nothing becomes wider, nothing does before it. */
void dpf_widen(struct dpf_set *s, uint32_t n, uint32_t bits) {
    bool wider = true;
    for (; n != DPF_ROOT && wider; n = dpf_node(s, n)->parent) {
        struct dpf_branch *b = dpf_node(s, n)->from;
        uint32_t least = b->least, steps = b->steps;
        include_bits(&b->least, bits);
        include_steps(&b->steps, dpf_node(s, n));
        wider = b->least != least || b->steps != steps;
    }
}
