/* SPDX-License-Identifier: MIT */
/* state_compare.c -- is one state a special case of another? Can one be widened to cover another?
 * The first lets the verifier stop where it has been, the second lets it stop where it would
 * otherwise come again and again. */
#include "engine/assert.h"
#include "engine/base/mutant.h"
#include "engine/verify/state.h"

#define LINKS_MAX 64
#define SEARCHED  8 /* links that take as long to search as a value to look at */

/* Which id of the inner state stands for which id of the outer one. Values that are linked in the
 * outer state, so that learning about one teaches about the other, must be linked in the inner one,
 * too. */
struct links {
    uint32_t outer[LINKS_MAX], inner[LINKS_MAX];
    uint32_t count;
    uint32_t searched;
    bool one_to_one;
};

#define ALONE    0x80000000u /* stands for an inner value without id, which is linked to no other */
#define NOT_NULL 0x7fffffffu /* stands for inner pointers that have been looked at already */

static bool link(struct links *l, uint32_t outer, uint32_t inner) {
    if (inner == 0 && outer != 0)
        inner = ALONE | l->count;
    l->searched += l->count;
    for (uint32_t i = 0; i < l->count; i++) {
        if (l->outer[i] == outer)
            return l->inner[i] == inner;
        if (l->one_to_one && l->inner[i] == inner)
            return false;
    }
    if (l->count == LINKS_MAX)
        return false;
    l->outer[l->count] = outer;
    l->inner[l->count++] = inner;
    return true;
}

/* Both kinds of link that a comparison keeps. */
struct comparison {
    struct links ids, references;
    uint64_t looked_at; /* values */
};

static bool number_within(const struct value *i, const struct value *o, struct comparison *c) {
    if (!scalar_within(&i->number, &o->number))
        return false;
    return !o->id || (scalar_is_constant(&i->number) && scalar_is_constant(&o->number)) ||
           link(&c->ids, o->id, i->id);
}

/* Pointers with one id are null together, and a look at one tells of all: so it must be for what
 * stands for them, too. Those of packets have their place in common. */
static bool pointer_link_within(const struct value *i, const struct value *o,
                                struct comparison *c) {
    if (o->may & MAY_BE_NULL)
        return MUTANT(PRUNE_NULL) || link(&c->ids, o->id, i->may & MAY_BE_NULL ? i->id : NOT_NULL);
    return o->kind != VALUE_PACKET || !o->id || (i->id && link(&c->ids, o->id, i->id));
}

/* Of two packets' places the constant parts are alike, and what varies is linked. */
static bool place_within(const struct value *i, const struct value *o) {
    if (value_offset(i) == value_offset(o))
        return scalar_within(&i->number, &o->number);
    if (o->kind == VALUE_PACKET || scalar_is_constant(&o->number))
        return false;
    struct scalar inner = value_varying(i, o);
    return scalar_within(&inner, &o->number);
}

static bool pointer_within(const struct value *i, const struct value *o, struct comparison *c) {
    if ((i->may ^ o->may) & ~MAY_BE_NULL || i->may & ~o->may & MAY_BE_NULL)
        return false;
    if (i->reached && !o->reached)
        return false; /* what is read through it counts for the read set otherwise */
    if (i->frame != o->frame || i->origin != o->origin || i->owner != o->owner ||
        i->index != o->index || i->object != o->object)
        return false;
    if (o->kind == VALUE_PACKET ? i->bytes < o->bytes : i->bytes != o->bytes)
        return false;
    if (!place_within(i, o))
        return false;
    if ((o->reference || i->reference) && !link(&c->references, o->reference, i->reference))
        return false;
    return pointer_link_within(i, o, c);
}

static bool value_within(const struct value *i, const struct value *o, struct comparison *c) {
    if (o->kind == VALUE_NOTHING)
        return true;
    if (i->kind != o->kind)
        return false;
    return o->kind == VALUE_NUMBER ? number_within(i, o, c) : pointer_within(i, o, c);
}

static bool half_within(const struct half *i, const struct half *o, const struct half *i_start,
                        struct comparison *c) {
    if (o->width)
        return i->width == o->width && value_within(&i->value, &o->value, c);
    if (o->upper)
        return true; /* goes with the value that starts next door */
    if (o->written == 0)
        return true;
    bool pointer = i_start->width && i_start->value.kind != VALUE_NUMBER;
    return !pointer && (o->written & ~i->written) == 0;
}

static bool half_at_within(const struct stack_frame *i, const struct stack_frame *o, uint32_t n,
                           struct comparison *c) {
    static const struct half nothing;
    const struct half *inner = n < i->halves ? &i->half[n] : &nothing;
    ENGINE_ASSERT(!inner->upper || (n + 1 < i->halves && (inner + 1)->width == 8),
                  "half %u is the upper one of nothing", n);
    c->looked_at++;
    return half_within(inner, &o->half[n], inner->upper ? inner + 1 : inner, c);
}

/* What told the last state from this one most likely tells the next, as a loop's counter does that
 * is kept on the stack: it is looked at first, so that most comparisons are short. */
static bool stack_within(const struct stack_frame *i, struct stack_frame *o, struct comparison *c) {
    if (o->differs < o->halves && !half_at_within(i, o, o->differs, c))
        return false;
    for (uint32_t n = 0; n < o->halves; n++)
        if (!half_at_within(i, o, n, c)) {
            o->differs = n;
            return false;
        }
    return true;
}

#define KEPT_BY_CALLS 0x7c0 /* r6 to r10 */

unsigned state_registers(const struct state *s, uint32_t f, const uint16_t *table, uint32_t slot) {
    ENGINE_ASSERT(f < s->depth, "frame %u of %u", f, s->depth);
    if (f + 1 == s->depth)
        return table[slot];
    return table[s->frame[f + 1]->back] & KEPT_BY_CALLS;
}

bool state_same_calls(const struct state *a, const struct state *b) {
    if (a->depth != b->depth || a->references != b->references)
        return false;
    for (uint32_t f = 0; f < a->depth; f++)
        if (a->frame[f]->function != b->frame[f]->function ||
            a->frame[f]->back != b->frame[f]->back)
            return false;
    return true;
}

/* The references held must correspond one to one: what must be given back is part of
 * the situation. */
static bool references_within(const struct state *i, const struct state *o, struct comparison *c) {
    for (uint32_t n = 0; n < o->references; n++) {
        uint32_t found = 0;
        for (uint32_t k = 0; k < c->references.count; k++)
            if (c->references.outer[k] == o->reference[n])
                found = c->references.inner[k];
        bool held = false;
        for (uint32_t k = 0; k < i->references; k++)
            held |= i->reference[k] == found;
        if (!held)
            return false;
    }
    return true;
}

static bool register_within(const struct value *i, const struct value *o, bool matters,
                            struct comparison *c) {
    c->looked_at++;
    if (!matters && o->kind == VALUE_NUMBER)
        return i->kind == VALUE_NUMBER;
    return value_within(i, o, c);
}

static bool frames_within(const struct state *i, struct state *o, const struct liveness *l,
                          uint32_t slot, struct comparison *c) {
    for (uint32_t f = i->depth; f-- > 0;) {
        unsigned live = state_registers(i, f, l->live, slot),
                 matters = state_registers(i, f, l->matters, slot);
        for (uint32_t r = 0; r < REGISTERS; r++)
            if (live >> r & 1 &&
                !register_within(&i->frame[f]->reg[r], &o->frame[f]->reg[r], matters >> r & 1, c))
                return false;
        if (!MUTANT(PRUNE_STACK) && !stack_within(i->frame[f], o->frame[f], c))
            return false;
    }
    return true;
}

bool state_within(const struct state *i, struct state *o, const struct liveness *l, uint32_t slot,
                  uint64_t *looked_at) {
    struct comparison c;
    c.ids.count = c.references.count = 0;
    c.ids.searched = c.references.searched = 0;
    c.ids.one_to_one = false;
    c.references.one_to_one = true;
    c.looked_at = 1;
    bool within =
        state_same_calls(i, o) && frames_within(i, o, l, slot, &c) && references_within(i, o, &c);
    *looked_at += c.looked_at + (c.ids.searched + c.references.searched) / SEARCHED;
    return within;
}

/* Numbers lose their links, so that states with different ones come together. What is written in
 * one state only becomes unreadable. Pointers must be alike already. */
static bool widen_value(struct value *v, const struct value *other, bool grow) {
    if (v->kind == VALUE_NUMBER && other->kind == VALUE_NUMBER) {
        if (!scalar_equal(&v->number, &other->number)) {
            v->number = grow ? scalar_widen(&v->number, &other->number)
                             : scalar_union(&v->number, &other->number);
            scalar_settle(&v->number);
        }
        v->id = 0;
        return true;
    }
    if (v->kind == VALUE_NOTHING || other->kind == VALUE_NOTHING) {
        *v = (struct value){.kind = VALUE_NOTHING};
        return true;
    }
    struct comparison c = {.ids.count = 0, .references.count = 0};
    return value_within(other, v, &c) && v->reference == other->reference;
}

static bool widen_stack(struct stack_frame *f, const struct stack_frame *other, bool grow) {
    static const struct half nothing;
    for (uint32_t n = 0; n < f->halves; n++) {
        struct half *h = &f->half[n];
        const struct half *o = n < other->halves ? &other->half[n] : &nothing;
        const struct half *o_start = o->upper ? o + 1 : o;
        if (h->upper)
            continue;
        if (h->width && o->width == h->width) {
            if (!widen_value(&h->value, &o->value, grow))
                return false;
            continue;
        }
        if (h->width || (o_start->width && o_start->value.kind != VALUE_NUMBER))
            return false;
        h->written &= o->written;
    }
    return true;
}

bool state_widen(struct state *s, const struct state *other, const struct liveness *l,
                 uint32_t slot, bool grow) {
    if (!state_same_calls(s, other))
        return false;
    for (uint32_t n = 0; n < s->references; n++)
        if (s->reference[n] != other->reference[n])
            return false;
    for (uint32_t f = 0; f < s->depth; f++) {
        unsigned live = state_registers(s, f, l->live, slot);
        for (uint32_t r = 0; r < REGISTERS; r++) {
            struct value *v = &s->frame[f]->reg[r];
            if (!(live >> r & 1))
                *v = (struct value){.kind = VALUE_NOTHING};
            else if (!widen_value(v, &other->frame[f]->reg[r], grow))
                return false;
        }
        if (!widen_stack(s->frame[f], other->frame[f], grow))
            return false;
    }
    return true;
}
