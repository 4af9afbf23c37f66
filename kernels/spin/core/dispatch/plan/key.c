/* SPDX-License-Identifier: MIT */
/* key.c -- see key.h. */
#include "spin/core/dispatch/plan/key.h"

#include "engine/link/program_image.h"
#include "spin/core/dispatch/binding/condition.h"

static bool is_last_if_it_runs(const struct event_binding *b) {
    return b->flags == BINDING_CANCEL && !b->post;
}

/* Can it be read whatever the other arguments are? */
static bool is_always_there(const struct procedure *guard, const struct guard_source *s) {
    const struct shape *shape = &guard->image->signature.parameter[s->argument];
    return shape->kind != SHAPE_PACKET && !(shape->may & MAY_BE_NULL);
}

static bool is_key(const struct event_binding *b, const struct procedure *guard,
                   const struct conjunct *c) {
    if (c->low > c->high || b->flags & BINDING_FILTER || c->source.argument < guard->has_closure)
        return false;
    return c->source.kind != GUARD_FIELD ||
           (is_last_if_it_runs(b) && is_always_there(guard, &c->source));
}

/* A mask of the highest bits makes a range of the whole number. */
static void widen(struct key_range *r) {
    uint64_t all = UINT64_MAX >> (64 - 8 * r->key.source.bytes), rest = all & ~r->key.mask;
    if (rest & (rest + 1))
        return;
    r->key.mask = all;
    r->high |= rest;
}

static void take(struct key_range *r, const struct procedure *guard, const struct conjunct *c) {
    *r = (struct key_range){.key = {c->source, c->mask}, .low = c->low, .high = c->high};
    r->key.source.argument = (uint8_t)(c->source.argument - guard->has_closure);
    if (c->source.kind == GUARD_LENGTH)
        r->key.source.offset -= guard->has_closure;
    widen(r);
}

static bool is_same(const struct key *a, const struct key *b) {
    return guard_source_equal(&a->source, &b->source) && a->mask == b->mask;
}

/* The n-th of those that are equal to the key, where there is one. */
static bool find(const struct event_binding *b, const struct key *key, uint32_t n,
                 struct key_range *r) {
    list_each(node, &b->guards) {
        const struct held *held = container_of(node, struct guard, link)->held;
        const struct condition *condition = held->condition;
        for (uint32_t i = 0; condition && i < condition->count; i++) {
            if (!is_key(b, &held->procedure, &condition->conjunct[i]))
                continue;
            take(r, &held->procedure, &condition->conjunct[i]);
            if ((!key || is_same(key, &r->key)) && n-- == 0)
                return true;
        }
    }
    return false;
}

bool key_of(const struct event_binding *b, uint32_t n, struct key *key) {
    struct key_range r;
    bool there = find(b, NULL, n, &r);
    *key = r.key;
    return there;
}

bool key_range_of(const struct event_binding *b, const struct key *key, struct key_range *range) {
    return find(b, key, 0, range);
}

bool key_range_is(const struct key_range *range, const struct procedure *guard,
                  const struct conjunct *c) {
    struct key_range r;
    if (c->source.argument < guard->has_closure)
        return false;
    take(&r, guard, c);
    return is_same(&r.key, &range->key) && r.low == range->low && r.high == range->high;
}
