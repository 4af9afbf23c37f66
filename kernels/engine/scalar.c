/* SPDX-License-Identifier: MIT */
/* scalar.c -- sets of numbers: making them, comparing them, and letting their views inform each
 * other. */
#include "engine/scalar.h"
#include "engine/scalar_internal.h"

#define SIGN64 ((uint64_t)1 << 63)
#define SIGN32 ((uint32_t)1 << 31)

struct bits bits_of_range(uint64_t min, uint64_t max) {
    uint64_t differ = min ^ max;
    if (differ == 0)
        return (struct bits){min, 0};
    unsigned top = 63 - (unsigned)__builtin_clzll(differ);
    uint64_t unknown = top == 63 ? UINT64_MAX : ((uint64_t)1 << (top + 1)) - 1;
    return (struct bits){min & ~unknown, unknown};
}

struct scalar scalar_any(void) {
    return (struct scalar){.bits = {0, UINT64_MAX},
                           .umax = UINT64_MAX,
                           .smin = INT64_MIN,
                           .smax = INT64_MAX,
                           .umax32 = UINT32_MAX,
                           .smin32 = INT32_MIN,
                           .smax32 = INT32_MAX};
}

struct scalar scalar_constant(uint64_t v) {
    return (struct scalar){.bits = {v, 0},
                           .umin = v,
                           .umax = v,
                           .smin = (int64_t)v,
                           .smax = (int64_t)v,
                           .umin32 = (uint32_t)v,
                           .umax32 = (uint32_t)v,
                           .smin32 = (int32_t)v,
                           .smax32 = (int32_t)v};
}

struct scalar scalar_range(uint64_t min, uint64_t max) {
    struct scalar s = scalar_any();
    s.umin = min;
    s.umax = max;
    scalar_settle(&s);
    return s;
}

struct scalar scalar_signed_range(int64_t min, int64_t max) {
    struct scalar s = scalar_any();
    s.smin = min;
    s.smax = max;
    scalar_settle(&s);
    return s;
}

struct scalar scalar_of_width(unsigned bits, bool is_signed) {
    if (bits == 64)
        return scalar_any();
    if (is_signed)
        return scalar_signed_range(-((int64_t)1 << (bits - 1)), ((int64_t)1 << (bits - 1)) - 1);
    uint64_t most = ((uint64_t)1 << bits) - 1;
    return (struct scalar){.bits = {0, most},
                           .umax = most,
                           .smax = (int64_t)most,
                           .umax32 = (uint32_t)most,
                           .smin32 = bits == 32 ? INT32_MIN : 0,
                           .smax32 = bits == 32 ? INT32_MAX : (int32_t)most};
}

bool scalar_is_constant(const struct scalar *s) {
    return s->bits.unknown == 0;
}

bool scalar_holds(const struct scalar *s, uint64_t v) {
    return ((v ^ s->bits.value) & ~s->bits.unknown) == 0 && v >= s->umin && v <= s->umax &&
           (int64_t)v >= s->smin && (int64_t)v <= s->smax && (uint32_t)v >= s->umin32 &&
           (uint32_t)v <= s->umax32 && (int32_t)v >= s->smin32 && (int32_t)v <= s->smax32;
}

static bool bits_within(struct bits inner, struct bits outer) {
    return (inner.unknown & ~outer.unknown) == 0 &&
           ((inner.value ^ outer.value) & ~outer.unknown) == 0;
}

bool scalar_within(const struct scalar *i, const struct scalar *o) {
    if (MUTANT(PRUNE_RANGE))
        return i->umin >= o->umin && i->smin >= o->smin;
    return bits_within(i->bits, o->bits) && i->umin >= o->umin && i->umax <= o->umax &&
           i->smin >= o->smin && i->smax <= o->smax && i->umin32 >= o->umin32 &&
           i->umax32 <= o->umax32 && i->smin32 >= o->smin32 && i->smax32 <= o->smax32;
}

bool scalar_equal(const struct scalar *a, const struct scalar *b) {
    return a->bits.value == b->bits.value && a->bits.unknown == b->bits.unknown &&
           a->umin == b->umin && a->umax == b->umax && a->smin == b->smin && a->smax == b->smax &&
           a->umin32 == b->umin32 && a->umax32 == b->umax32 && a->smin32 == b->smin32 &&
           a->smax32 == b->smax32;
}

struct scalar scalar_union(const struct scalar *a, const struct scalar *b) {
    uint64_t unknown = a->bits.unknown | b->bits.unknown | (a->bits.value ^ b->bits.value);
    return (struct scalar){.bits = {a->bits.value & ~unknown, unknown},
                           .umin = LEAST(a->umin, b->umin),
                           .umax = MOST(a->umax, b->umax),
                           .smin = LEAST(a->smin, b->smin),
                           .smax = MOST(a->smax, b->smax),
                           .umin32 = LEAST(a->umin32, b->umin32),
                           .umax32 = MOST(a->umax32, b->umax32),
                           .smin32 = LEAST(a->smin32, b->smin32),
                           .smax32 = MOST(a->smax32, b->smax32)};
}

/* What known bits say about the ranges: unknown ones are all 0 or all 1, the sign bit the other way
 * round. */
static void settle_from_bits(struct scalar *s) {
    uint64_t value = s->bits.value, unknown = s->bits.unknown;
    uint32_t value32 = (uint32_t)value, unknown32 = (uint32_t)unknown;
    s->umin = MOST(s->umin, value);
    s->umax = LEAST(s->umax, value | unknown);
    s->smin = MOST(s->smin, (int64_t)(value | (unknown & SIGN64)));
    s->smax = LEAST(s->smax, (int64_t)(value | (unknown & ~SIGN64)));
    s->umin32 = MOST(s->umin32, value32);
    s->umax32 = LEAST(s->umax32, value32 | unknown32);
    s->smin32 = MOST(s->smin32, (int32_t)(value32 | (unknown32 & SIGN32)));
    s->smax32 = LEAST(s->smax32, (int32_t)(value32 | (unknown32 & ~SIGN32)));
}

/* Where a range does not cross the other reading's seam, both readings order it alike. */
static void settle_signs(struct scalar *s) {
    if ((s->smin < 0) == (s->smax < 0)) {
        s->umin = MOST(s->umin, (uint64_t)s->smin);
        s->umax = LEAST(s->umax, (uint64_t)s->smax);
    }
    if ((int64_t)s->umin <= (int64_t)s->umax) {
        s->smin = MOST(s->smin, (int64_t)s->umin);
        s->smax = LEAST(s->smax, (int64_t)s->umax);
    }
    if ((s->smin32 < 0) == (s->smax32 < 0)) {
        s->umin32 = MOST(s->umin32, (uint32_t)s->smin32);
        s->umax32 = LEAST(s->umax32, (uint32_t)s->smax32);
    }
    if ((int32_t)s->umin32 <= (int32_t)s->umax32) {
        s->smin32 = MOST(s->smin32, (int32_t)s->umin32);
        s->smax32 = LEAST(s->smax32, (int32_t)s->umax32);
    }
}

/* Where the upper half is the same throughout, the range of the whole is that of the lower half,
 * and where the value fits 32 signed bits, the signed ranges are one. */
static void settle_halves(struct scalar *s) {
    if (s->umin >> 32 == s->umax >> 32) {
        uint64_t top = s->umin >> 32 << 32;
        s->umin32 = MOST(s->umin32, (uint32_t)s->umin);
        s->umax32 = LEAST(s->umax32, (uint32_t)s->umax);
        s->umin = MOST(s->umin, top | s->umin32);
        s->umax = LEAST(s->umax, top | s->umax32);
    }
    if (s->smin >= INT32_MIN && s->smax <= INT32_MAX) {
        s->smin32 = MOST(s->smin32, (int32_t)s->smin);
        s->smax32 = LEAST(s->smax32, (int32_t)s->smax);
        s->smin = MOST(s->smin, s->smin32);
        s->smax = LEAST(s->smax, s->smax32);
    }
}

bool bits_intersect(struct bits *a, struct bits b) {
    if ((a->value ^ b.value) & ~a->unknown & ~b.unknown)
        return false;
    uint64_t unknown = a->unknown & b.unknown;
    *a = (struct bits){(a->value | b.value) & ~unknown, unknown};
    return true;
}

static bool ranges_hold_something(const struct scalar *s) {
    return s->umin <= s->umax && s->smin <= s->smax && s->umin32 <= s->umax32 &&
           s->smin32 <= s->smax32;
}

bool scalar_settle(struct scalar *s) {
    if (scalar_is_constant(s)) {
        uint64_t v = s->bits.value;
        bool held = scalar_holds(s, v);
        *s = scalar_constant(v);
        return held;
    }
    for (int round = 0; round < 2; round++) {
        struct bits bits = s->bits;
        settle_from_bits(s);
        settle_signs(s);
        settle_halves(s);
        settle_signs(s);
        if (!ranges_hold_something(s))
            return false;
        struct bits low = bits_of_range(s->umin32, s->umax32);
        low.unknown |= UINT64_MAX << 32;
        if (!bits_intersect(&s->bits, bits_of_range(s->umin, s->umax)) ||
            !bits_intersect(&s->bits, low))
            return false;
        if (bits.unknown == s->bits.unknown)
            return true; /* the ranges have told nothing new */
    }
    settle_from_bits(s);
    return ranges_hold_something(s);
}
