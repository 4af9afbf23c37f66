/* SPDX-License-Identifier: MIT */
/* agree.c -- types_agree of fingerprint.h. Two types with one fingerprint have the same shape up to
 * their references; so both are walked in step, and what lies behind the references is compared in
 * turn.
 *
 * Each type of a is remembered with the type of b that it was last compared with. That alone does
 * not bound the walk where one object has a type twice under two numbers, so the pairs are counted
 * as well. */
#include "engine/base/arena.h"
#include "engine/assert.h"
#include "engine/link/fingerprint.h"

#include "lib/string.h"

struct pair {
    uint32_t a, b;
};

struct walk {
    const struct typed *a, *b;
    uint32_t *seen; /* for each type of a, the type of b last compared with it */
    struct pair *pair;
    uint32_t next, end, capacity; /* pairs [next, end) are still to compare */
};

static bool push(struct walk *w, uint32_t a, uint32_t b) {
    a = btf_base(w->a->btf, a, NULL);
    b = btf_base(w->b->btf, b, NULL);
    if (!a || !b || w->seen[a] == b)
        return true;
    ENGINE_ASSERT(w->next <= w->end && w->end <= w->capacity, "pairs %u to %u of %u", w->next,
                  w->end, w->capacity);
    if (w->end == w->capacity)
        return false;
    w->seen[a] = b;
    w->pair[w->end++] = (struct pair){a, b};
    return true;
}

/* The innermost element of an array of arrays: their fingerprints do not tell the
 * dimensions apart. */
static uint32_t innermost(const struct btf *btf, uint32_t id) {
    struct btf_type t = btf_type(btf, id);
    while (t.kind == BTF_ARRAY)
        t = btf_type(btf, btf_base(btf, btf_array(btf, &t).element, NULL));
    return t.id;
}

static bool is_union(const struct btf_type *t) {
    return t->kind == BTF_FWD ? t->flag : t->kind == BTF_UNION;
}

/* A declaration and a definition, or two declarations, of one tag. */
static bool is_declaration_of(const struct btf_type *a, const struct btf_type *b) {
    bool structures = (a->kind == BTF_FWD || a->kind == BTF_STRUCT || a->kind == BTF_UNION) &&
                      (b->kind == BTF_FWD || b->kind == BTF_STRUCT || b->kind == BTF_UNION);
    return structures && (a->kind == BTF_FWD || b->kind == BTF_FWD) && is_union(a) == is_union(b) &&
           strcmp(a->name, b->name) == 0;
}

static enum agreement compare(struct walk *w, struct pair pair) {
    struct btf_type x = btf_type(w->a->btf, pair.a), y = btf_type(w->b->btf, pair.b);
    if (is_declaration_of(&x, &y))
        return AGREE;
    if (!fingerprint_equal(&w->a->fingerprint[x.id], &w->b->fingerprint[y.id]))
        return DISAGREE;
    if (x.kind == BTF_ARRAY)
        return push(w, innermost(w->a->btf, x.id), innermost(w->b->btf, y.id)) ? AGREE : TOO_ALIKE;
    uint32_t child_x, child_y;
    for (uint32_t i = 0;
         btf_child(w->a->btf, &x, i, &child_x) && btf_child(w->b->btf, &y, i, &child_y); i++)
        if (!push(w, child_x, child_y))
            return TOO_ALIKE;
    return AGREE;
}

static enum agreement run(struct walk *w, struct pair *differ) {
    while (w->next < w->end) {
        *differ = w->pair[w->next++];
        enum agreement found = compare(w, *differ);
        if (found != AGREE)
            return found;
    }
    return AGREE;
}

/* The type that a function or variable has, or the type itself. */
static uint32_t type_of(const struct btf *btf, uint32_t id) {
    struct btf_type t = btf_type(btf, id);
    return t.kind == BTF_FUNC || t.kind == BTF_VAR ? t.type_size : id;
}

static bool is_type(const struct btf *btf, uint32_t id) {
    enum btf_kind kind = btf_type(btf, id).kind;
    return kind != BTF_DATASEC && kind != BTF_DECL_TAG;
}

/* The roots count with their qualifiers, unlike what is pushed. */
static bool roots_fit(const struct btf *in_a, uint32_t a, const struct btf *in_b, uint32_t b) {
    unsigned qualifiers_a, qualifiers_b;
    bool a_is_void = !btf_base(in_a, a, &qualifiers_a),
         b_is_void = !btf_base(in_b, b, &qualifiers_b);
    return is_type(in_a, a) && is_type(in_b, b) && a_is_void == b_is_void &&
           qualifiers_a == qualifiers_b;
}

enum agreement types_agree(struct typed *a, struct typed *b, const struct hooks *hooks) {
    struct arena arena = {.hooks = hooks};
    struct walk w = {.a = a, .b = b, .capacity = a->btf->count + b->btf->count + 2};
    uint32_t root_a = type_of(a->btf, a->type), root_b = type_of(b->btf, b->type);
    struct pair differ;

    if (!roots_fit(a->btf, root_a, b->btf, root_b))
        return DISAGREE;
    w.seen = arena_allocate(&arena, a->btf->count + 1, sizeof *w.seen);
    w.pair = arena_allocate(&arena, w.capacity, sizeof *w.pair);
    enum agreement found = NO_MEMORY;
    if (w.seen && w.pair) {
        push(&w, root_a, root_b);
        found = run(&w, &differ);
    }
    arena_release(&arena);
    if (found == DISAGREE) {
        a->type = differ.a;
        b->type = differ.b;
    }
    return found;
}
