/* SPDX-License-Identifier: MIT */
/* part.c -- see part.h. There is a list of parts for each place that bindings can be ordered to:
 * First, anywhere, Last. A new binding comes to the end of its list, or as a First to the front;
 * where relations say otherwise all parts are made again. */
#include "spin/core/dispatch/plan/part.h"

#include "lib/error.h"
#include "spin/core/dispatch/binding/dispatcher.h"
#include "spin/core/dispatch/binding/order.h"
#include "spin/core/dispatch/plan/stub.h"

static struct part *part_at(struct list *node) {
    return container_of(node, struct part, link);
}

static void part_free(struct part *p) {
    list_remove(&p->link);
    piece_let_go(p->piece);
    tree_let_go(p->tree);
    dispatcher_release(p, sizeof *p);
}

/* In the place of what the part had. False: there is none. */
static bool set_piece(struct part *p, struct piece *piece) {
    if (!piece)
        return false;
    piece_let_go(p->piece);
    p->piece = piece;
    return true;
}

static bool set_tree(struct part *p, struct tree *tree, bool failed) {
    if (failed)
        return false;
    tree_let_go(p->tree);
    p->tree = tree;
    return true;
}

/* --- Those with a key --- */

/* Puts the piece where its range leads to; takes it over. */
static bool lead_to(struct part *p, const struct code_kind *kind, const struct key_range *to,
                    struct piece *piece) {
    const struct tree_range range = {to->low, to->high, piece};
    bool failed = false;
    if (!piece || !stub_piece(piece, kind, to)) {
        piece_let_go(piece);
        return false;
    }
    struct tree *tree = tree_with(p->tree, &range, &failed);
    piece_let_go(piece);
    return set_tree(p, tree, failed);
}

/* Does the part have room for one with this range? */
static bool fits(const struct part *p, const struct key_range *r) {
    const struct tree *t = tree_find(p->tree, r->low, r->high);
    return !t || (t->range.low == r->low && t->range.high == r->high &&
                  t->range.piece->steps < PIECE_STEPS_MAX);
}

static bool add_to_tree(struct part *p, const struct code_kind *kind, struct event_binding *b,
                        const struct key_range *r, bool before) {
    const struct tree *t = tree_find(p->tree, r->low, r->high);
    struct piece *piece = t ? piece_with(t->range.piece, b, before) : piece_create(&b, 1);
    return lead_to(p, kind, r, piece);
}

static bool remove_from_tree(struct part *p, const struct code_kind *kind,
                             struct event_binding *b) {
    struct key_range r;
    bool failed = false;
    if (!key_range_of(b, &p->key, &r))
        return false; /* not so: it was put there by its key */
    const struct tree *t = tree_find(p->tree, r.low, r.high);
    if (t->range.piece->steps > 1)
        return lead_to(p, kind, &r, piece_without(t->range.piece, b));
    struct tree *tree = tree_without(p->tree, r.low, &failed);
    return set_tree(p, tree, failed);
}

/* How many ranges the bindings of a piece have under the key; 0: one has none, or two overlap. */
static uint32_t ranges_under(const struct piece *piece, const struct key *key) {
    struct key_range range[PIECE_STEPS_MAX];
    uint32_t ranges = 0;
    for (uint32_t i = 0; i < piece->steps; i++) {
        struct key_range *r = &range[ranges];
        bool is_new = true;
        if (!key_range_of(piece->step[i].binding, key, r))
            return 0;
        for (uint32_t k = 0; k < ranges; k++) {
            if (range[k].low == r->low && range[k].high == r->high)
                is_new = false;
            else if (range[k].low <= r->high && r->low <= range[k].high)
                return 0;
        }
        ranges += is_new;
    }
    return ranges;
}

/* The key under which most ranges are told apart. False: no key is worth it. */
static bool choose_key(const struct piece *piece, struct key *key) {
    struct key some;
    uint32_t most = PART_RANGES_MIN - 1;
    for (uint32_t n = 0; key_of(piece->step[0].binding, n, &some); n++) {
        uint32_t ranges = ranges_under(piece, &some);
        if (ranges <= most)
            continue;
        most = ranges;
        *key = some;
    }
    return most >= PART_RANGES_MIN;
}

/* Makes the piece a part of those with a key, if there is a key. */
static bool find_by_key(struct part *p, const struct code_kind *kind) {
    struct key_range r;
    bool done = true;
    if (!choose_key(p->piece, &p->key))
        return true;
    for (uint32_t i = 0; i < p->piece->steps && done; i++) {
        struct event_binding *b = (struct event_binding *)p->piece->step[i].binding;
        done = key_range_of(b, &p->key, &r) && add_to_tree(p, kind, b, &r, false);
    }
    piece_let_go(p->piece);
    p->piece = NULL;
    return done;
}

/* --- Parts --- */

static struct part *new_part(struct list *parts, bool before) {
    struct part *p = dispatcher_allocate(sizeof *p);
    if (p)
        list_insert_after(before ? parts : parts->previous, &p->link);
    return p;
}

static bool add_to_part(struct part *p, const struct bindings *of, struct event_binding *b,
                        bool before, bool *fitted) {
    struct key_range r;
    b->part = p;
    *fitted = true;
    if (!p->piece && key_range_of(b, &p->key, &r) && fits(p, &r))
        return add_to_tree(p, &of->kind, b, &r, before);
    if (p->piece && p->piece->steps < PIECE_STEPS_MAX)
        return set_piece(p, piece_with(p->piece, b, before)) &&
               (!of->kind.finds || find_by_key(p, &of->kind));
    *fitted = false;
    return true;
}

static bool add(struct bindings *of, struct event_binding *b, bool before) {
    struct list *parts = &of->parts[b->order.place];
    bool fitted = false;
    if (!list_empty(parts) &&
        !add_to_part(part_at(before ? parts->next : parts->previous), of, b, before, &fitted))
        return false;
    if (fitted)
        return true;
    struct part *p = new_part(parts, before);
    b->part = p;
    return p && set_piece(p, piece_create(&b, 1));
}

/* Two pieces that have become small become one. */
static bool join_with_next(struct bindings *of, struct part *p) {
    struct event_binding *binding[PIECE_STEPS_MAX];
    struct part *next = part_at(p->link.next);
    uint32_t count = 0;
    if (p->link.next == &of->parts[p->piece->step[0].binding->order.place] || !next->piece ||
        p->piece->steps + next->piece->steps > PIECE_STEPS_MAX / 2)
        return true;
    for (uint32_t i = 0; i < p->piece->steps; i++)
        binding[count++] = (struct event_binding *)p->piece->step[i].binding;
    for (uint32_t i = 0; i < next->piece->steps; i++)
        binding[count++] = (struct event_binding *)next->piece->step[i].binding;
    if (!set_piece(p, piece_create(binding, count)))
        return false;
    for (uint32_t i = 0; i < count; i++)
        binding[i]->part = p;
    part_free(next);
    return true;
}

static bool remove_binding(struct bindings *of, struct event_binding *b) {
    struct part *p = b->part;
    b->part = NULL;
    if (!p->piece && !remove_from_tree(p, &of->kind, b))
        return false;
    if (p->piece ? p->piece->steps == 1 : !p->tree) {
        part_free(p);
        return true;
    }
    return !p->piece || (set_piece(p, piece_without(p->piece, b)) && join_with_next(of, p));
}

static bool is_installed(const struct event_binding *b) {
    return !list_empty(&b->link);
}

static bool follow(struct bindings *of) {
    for (uint32_t i = 0; i < of->moves; i++) {
        struct event_binding *b = of->moved[i];
        bool was = b->part, is = is_installed(b);
        if (was && !is && !remove_binding(of, b))
            return false;
        if (!was && is && !add(of, b, b->order.place == ORDER_FIRST))
            return false;
    }
    return true;
}

void parts_free(struct bindings *of) {
    for (unsigned i = ORDER_ANYWHERE; i <= ORDER_LAST; i++)
        list_each(n, &of->parts[i]) part_free(part_at(n));
    list_each(n, &of->installed) container_of(n, struct event_binding, link)->part = NULL;
    of->stale = true;
}

static void forget_parts(struct bindings *of) {
    parts_free(of);
    for (uint32_t i = 0; i < of->moves; i++)
        of->moved[i]->part = NULL; /* also of those that are gone */
}

static int make_all(struct bindings *of) {
    size_t bytes = of->count * sizeof(struct event_binding *);
    struct event_binding **sequence = dispatcher_allocate(bytes);
    if (!sequence)
        return -E_NO_MEMORY;
    bool possible = order_find(of, sequence), done = true;
    if (possible)
        forget_parts(of);
    for (uint32_t i = 0; possible && done && i < of->count; i++)
        done = add(of, sequence[i], false);
    dispatcher_release(sequence, bytes);
    return !possible ? -E_EXISTS : done ? 0 : -E_NO_MEMORY;
}

int parts_update(struct bindings *of) {
    const struct code_kind kind = stub_kind(of);
    int error = 0;
    if (of->stale || of->related || !code_kind_equal(&kind, &of->kind)) {
        of->kind = kind;
        of->stale = true;
        error = make_all(of);
    } else if (!follow(of)) {
        of->stale = true;
        error = -E_NO_MEMORY;
    }
    of->moves = 0;
    if (!error)
        of->stale = false;
    return error;
}
