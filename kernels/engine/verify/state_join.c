/* SPDX-License-Identifier: MIT */
/* state_join.c -- two ways to one place become one: a state that holds all that both hold. Whatever
 * is lost on the way makes the state say less, never more, so that a join is sound by itself:
 *
 *   numbers   the smallest set around both; those with one id in both states are still one number;
 *   pointers  into one thing, at the least and the most of both places; else they have no join;
 *   stack     byte by byte: what both have. */
#include "engine/assert.h"
#include "engine/base/mutant.h"
#include "engine/verify/state.h"

#define JOINED 4 /* values that are compared in the time in which one is joined with another */

static bool places_join(const struct value *a, const struct value *b) {
    bool spreads = (a->kind == VALUE_STACK || a->kind == VALUE_MEMORY) && !(a->may & MAY_BE_NULL);
    if (spreads)
        return a->bytes == b->bytes;
    bool linked = a->kind == VALUE_PACKET || a->may & MAY_BE_NULL;
    return value_offset(a) == value_offset(b) && scalar_equal(&a->number, &b->number) &&
           (!linked || a->id == b->id) && (a->kind == VALUE_PACKET || a->bytes == b->bytes);
}

static bool values_can_join(const struct value *a, const struct value *b) {
    if (a->kind == VALUE_NOTHING || b->kind == VALUE_NOTHING)
        return true;
    if (a->kind != b->kind)
        return false;
    if (a->kind == VALUE_NUMBER)
        return true;
    return a->may == b->may && a->frame == b->frame && a->origin == b->origin &&
           a->owner == b->owner && a->reached == b->reached && a->reference == b->reference &&
           a->index == b->index && a->object == b->object && places_join(a, b);
}

/* The views of the union agree, since they did in both parts. */
static void numbers_join(struct scalar *s, const struct scalar *other) {
    if (!scalar_equal(s, other) && !MUTANT(JOIN_FIRST))
        *s = scalar_union(s, other);
}

/* What both places are near to is near to all between them: such a join is always possible. */
static void pointers_join(struct value *v, const struct value *other) {
    struct scalar number = v->number, others = value_varying(other, v);
    numbers_join(&number, &others);
    bool near = value_put(v, value_offset(v), &number);
    ENGINE_ASSERT(near, "%d + %lld to %lld", value_offset(v), (long long)number.smin,
                  (long long)number.smax);
}

static void values_join(struct value *v, const struct value *other) {
    if (v->kind == VALUE_NOTHING || other->kind == VALUE_NOTHING) {
        *v = (struct value){.kind = VALUE_NOTHING};
        return;
    }
    if (v->kind == VALUE_PACKET) {
        if ((v->bytes > other->bytes) != MUTANT(JOIN_PACKET))
            v->bytes = other->bytes;
        return;
    }
    if (v->kind == VALUE_NUMBER)
        numbers_join(&v->number, &other->number);
    else if (value_offset(v) != value_offset(other) || !scalar_equal(&v->number, &other->number))
        pointers_join(v, other);
    if (v->id != other->id && !MUTANT(JOIN_LINKS))
        v->id = 0;
}

/* Half n of a frame, which may not exist, and the one where its value starts. */
static const struct half *half_at(const struct stack_frame *f, uint32_t n) {
    static const struct half nothing;
    return n < f->halves ? &f->half[n] : &nothing;
}

static bool same_width(const struct half *a, const struct half *b) {
    return a->width && a->width == b->width;
}

static bool stacks_can_join(const struct stack_frame *f, const struct stack_frame *other,
                            uint64_t *looked_at) {
    for (uint32_t n = 0; n < f->halves; n++) {
        const struct half *h = &f->half[n], *o = half_at(other, n);
        ++*looked_at;
        if (same_width(h, o) && !values_can_join(&h->value, &o->value))
            return false;
    }
    return true;
}

static bool is_pointer_part(const struct half *h) {
    const struct half *start = h + h->upper;
    return start->width && start->value.kind != VALUE_NUMBER;
}

static void stacks_join(struct stack_frame *f, const struct stack_frame *other) {
    for (uint32_t n = 0; n < f->halves; n++) {
        struct half *h = &f->half[n];
        const struct half *o = half_at(other, n);
        if (h->upper && o->upper)
            continue; /* goes with the value that starts next door */
        if (same_width(h, o)) {
            values_join(&h->value, &o->value);
            continue;
        }
        bool pointer = is_pointer_part(h) || is_pointer_part(o);
        stack_break(f, n);
        h->written = pointer ? 0 : h->written & o->written;
    }
}

static bool frames_can_join(const struct state *s, const struct state *other, uint32_t f,
                            unsigned live, uint64_t *looked_at) {
    *looked_at += REGISTERS;
    for (uint32_t r = 0; r < REGISTERS; r++)
        if (live >> r & 1 && !values_can_join(&s->frame[f]->reg[r], &other->frame[f]->reg[r]))
            return false;
    return stacks_can_join(s->frame[f], other->frame[f], looked_at);
}

static bool can_join(const struct state *s, const struct state *other, const struct liveness *l,
                     uint32_t slot, uint64_t *looked_at) {
    if (!state_same_calls(s, other))
        return false;
    for (uint32_t n = 0; n < s->references; n++)
        if (s->reference[n] != other->reference[n])
            return false;
    for (uint32_t f = s->depth; f-- > 0;)
        if (!frames_can_join(s, other, f, state_registers(s, f, l->live, slot), looked_at))
            return false;
    return true;
}

bool state_join(struct state *s, const struct state *other, const struct liveness *l, uint32_t slot,
                uint64_t *looked_at) {
    if (!can_join(s, other, l, slot, looked_at))
        return false;
    *looked_at += JOINED * state_values(s);
    for (uint32_t f = 0; f < s->depth; f++) {
        unsigned live = state_registers(s, f, l->live, slot);
        for (uint32_t r = 0; r < REGISTERS; r++) {
            struct value *v = &s->frame[f]->reg[r];
            if (live >> r & 1)
                values_join(v, &other->frame[f]->reg[r]);
            else if (v->kind != VALUE_NOTHING)
                *v = (struct value){.kind = VALUE_NOTHING};
        }
        if (!MUTANT(JOIN_STACK))
            stacks_join(s->frame[f], other->frame[f]);
    }
    return true;
}
