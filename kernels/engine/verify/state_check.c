/* SPDX-License-Identifier: MIT */
/* state_check.c -- see state_check.h. In no kernel. */
#include "engine/verify/state_check.h"

#define LINKS 64 /* ids that are told apart; a state with more is looked at in part */

/* The values seen so far, one of each id. */
struct state_check {
    const struct state *state;
    const struct value *linked[LINKS];
    const char *broken;
};

static bool moves(const struct value *v) {
    return v->kind == VALUE_STACK || v->kind == VALUE_MEMORY || v->kind == VALUE_PACKET;
}

static bool is_zero(const struct scalar *s) {
    return scalar_is_constant(s) && s->bits.value == 0 && s->smin == 0 && s->smax == 0;
}

static const char *check_nothing(const struct value *v) {
    return v->id || v->reference || v->owner || v->may || v->offset
               ? "1: what must not be read is linked to something"
               : NULL;
}

static const char *check_place(const struct value *v) {
    const struct scalar *n = &v->number;
    if (!is_zero(n) && (scalar_is_constant(n) || n->smin >= n->smax))
        return "3: a constant is added to a pointer's offset";
    if (!is_zero(n) && !moves(v))
        return "3: the place of something varies that cannot be calculated with";
    int64_t most = (int64_t)DISTANCE, low = v->offset + n->smin, high = v->offset + n->smax;
    if (v->offset < -most || v->offset > most || n->smin < -2 * most || n->smax > 2 * most ||
        low < -most || high > most)
        return "3: a pointer is far from its memory";
    return v->may & MAY_BE_NULL && (low || high) ? "4: what may be null has been moved" : NULL;
}

static const char *check_pointer(const struct state_check *l, const struct value *v) {
    const struct state *s = l->state;
    bool held = !v->reference;
    for (uint32_t i = 0; i < s->references; i++)
        held |= v->reference == s->reference[i];
    if (!held)
        return "5: a value lives under a reference that is not held";
    if (v->owner && !v->reference)
        return "5: an owner has no reference";
    if (v->kind == VALUE_STACK && v->frame >= s->depth)
        return "1: a pointer to a frame that is gone";
    return check_place(v);
}

/* Do two values of one id agree in what the id says? A number on its way to be a pointer's
 * does not exist; one of what may be null is 0 or has lost its id. */
static const char *check_linked(const struct value *a, const struct value *b) {
    if (a->kind == VALUE_NUMBER && b->kind == VALUE_NUMBER) {
        bool apart = a->number.umin > b->number.umax || b->number.umin > a->number.umax ||
                     a->number.smin > b->number.smax || b->number.smin > a->number.smax;
        return apart ? "2: linked numbers differ" : NULL;
    }
    if (a->kind == VALUE_NUMBER || b->kind == VALUE_NUMBER)
        return "2: a number is linked to a pointer";
    if ((a->may ^ b->may) & MAY_BE_NULL)
        return "2: of linked pointers one may be null";
    bool places = a->kind == VALUE_PACKET && b->kind == VALUE_PACKET;
    return places && (a->index != b->index || a->reference != b->reference ||
                      !scalar_equal(&a->number, &b->number))
               ? "2: linked places of a packet differ"
               : NULL;
}

static const char *check_link(struct state_check *l, const struct value *v) {
    for (uint32_t i = 0; v->id && i < LINKS; i++) {
        const struct value **seen = &l->linked[(v->id + i) % LINKS];
        if (!*seen)
            *seen = v;
        if ((*seen)->id == v->id)
            return check_linked(*seen, v);
    }
    return NULL;
}

static const char *check_value(struct state_check *l, const struct value *v) {
    const char *broken = v->kind == VALUE_NOTHING   ? check_nothing(v)
                         : v->kind > VALUE_NUMBER   ? check_pointer(l, v)
                         : v->reference || v->owner ? "5: a number lives under a reference"
                                                    : NULL;
    return broken ? broken : check_link(l, v);
}

/* The value that starts in half n, if one does, fits; and an upper half has a lower one. */
static const char *check_half(struct state_check *l, const struct stack_frame *f, uint32_t n) {
    const struct half *h = &f->half[n];
    uint8_t all = 0xf;
    if (h->upper && (n + 1 >= f->halves || f->half[n + 1].width != 8 || h->width))
        return "1: half of a value on the stack";
    if (!h->width)
        return NULL;
    if (h->width != 4 && (h->width != 8 || n == 0 || n % 2 == 0 || !f->half[n - 1].upper))
        return "1: a value on the stack is cut";
    if (h->value.kind == VALUE_NOTHING)
        return NULL;
    if (h->written != all || (h->width == 8 && f->half[n - 1].written != all))
        return "1: a value on the stack has not been written";
    if (h->value.kind > VALUE_NUMBER && h->width != 8)
        return "1: a pointer on the stack is cut";
    return check_value(l, &h->value);
}

const char *state_broken(const struct state *s) {
    struct state_check l = {.state = s};
    const char *broken = s->references > REFERENCES_MAX || s->depth == 0 || s->depth > DEPTH_MAX
                             ? "5: too many references or frames"
                             : NULL;
    for (uint32_t i = 0; !broken && i < s->depth; i++) {
        const struct stack_frame *f = s->frame[i];
        for (uint32_t r = 0; !broken && r < REGISTERS; r++)
            broken = check_value(&l, &f->reg[r]);
        for (uint32_t n = 0; !broken && n < f->halves; n++)
            broken = check_half(&l, f, n);
    }
    return broken;
}
