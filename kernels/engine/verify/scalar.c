/* SPDX-License-Identifier: MIT */
/* scalar.c -- sets of numbers: making them, comparing them, and letting their views inform each
 * other. */
#include "engine/verify/scalar.h"
#include "engine/assert.h"
#include "engine/verify/scalar_internal.h"

#define SIGN_WHOLE ((unum)1 << (NUMBER_BITS - 1))
#define SIGN_HALF  ((uhalf)1 << (HALF_BITS - 1))

struct bits bits_of_range(unum min, unum max) {
    unum differ = min ^ max;
    if (differ == 0)
        return (struct bits){min, 0};
    shift_count top = HIGHEST_BIT(differ);
    unum unknown = top == NUMBER_BITS - 1 ? UNUM_MAX : ((unum)1 << (top + 1)) - 1;
    return (struct bits){min & ~unknown, unknown};
}

struct scalar scalar_any(void) {
    return (struct scalar){.bits = {0, UNUM_MAX},
                           .umax = UNUM_MAX,
                           .smin = SNUM_MIN,
                           .smax = SNUM_MAX,
                           .umax32 = UHALF_MAX,
                           .smin32 = SHALF_MIN,
                           .smax32 = SHALF_MAX};
}

struct scalar scalar_constant(unum v) {
    return (struct scalar){.bits = {v, 0},
                           .umin = v,
                           .umax = v,
                           .smin = (snum)v,
                           .smax = (snum)v,
                           .umin32 = (uhalf)v,
                           .umax32 = (uhalf)v,
                           .smin32 = (shalf)v,
                           .smax32 = (shalf)v};
}

struct scalar scalar_range(unum min, unum max) {
    struct scalar s = scalar_any();
    s.umin = min;
    s.umax = max;
    scalar_settle(&s);
    return s;
}

struct scalar scalar_signed_range(snum min, snum max) {
    struct scalar s = scalar_any();
    s.smin = min;
    s.smax = max;
    scalar_settle(&s);
    return s;
}

struct scalar scalar_of_width(unsigned bits, bool is_signed) {
    if (bits == 64)
        return scalar_any();
    unsigned width = NUMBER_WIDTH(bits);
    if (is_signed)
        return scalar_signed_range(-((snum)1 << (width - 1)), ((snum)1 << (width - 1)) - 1);
    unum most = ((unum)1 << width) - 1;
    return (struct scalar){.bits = {0, most},
                           .umax = most,
                           .smax = (snum)most,
                           .umax32 = (uhalf)most,
                           .smin32 = bits == 32 ? SHALF_MIN : 0,
                           .smax32 = bits == 32 ? SHALF_MAX : (shalf)most};
}

bool scalar_is_constant(const struct scalar *s) {
    return s->bits.unknown == 0;
}

bool scalar_holds(const struct scalar *s, unum v) {
    return ((v ^ s->bits.value) & ~s->bits.unknown) == 0 && v >= s->umin && v <= s->umax &&
           (snum)v >= s->smin && (snum)v <= s->smax && (uhalf)v >= s->umin32 &&
           (uhalf)v <= s->umax32 && (shalf)v >= s->smin32 && (shalf)v <= s->smax32;
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
    unum unknown = a->bits.unknown | b->bits.unknown | (a->bits.value ^ b->bits.value);
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

struct scalar scalar_widen(const struct scalar *a, const struct scalar *b) {
    struct scalar r = scalar_union(a, b), any = scalar_any();
    if (a->umin != b->umin)
        r.umin = any.umin;
    if (a->umax != b->umax)
        r.umax = any.umax;
    if (a->smin != b->smin)
        r.smin = any.smin;
    if (a->smax != b->smax)
        r.smax = any.smax;
    if (a->umin32 != b->umin32 || a->umax32 != b->umax32) {
        r.umin32 = any.umin32;
        r.umax32 = any.umax32;
    }
    if (a->smin32 != b->smin32 || a->smax32 != b->smax32) {
        r.smin32 = any.smin32;
        r.smax32 = any.smax32;
    }
    if (r.bits.unknown != a->bits.unknown || r.bits.unknown != b->bits.unknown)
        r.bits = any.bits;
    ENGINE_ASSERT(scalar_within(a, &r) && scalar_within(b, &r), "a wider set without %llx",
                  (unsigned long long)b->umin);
    return r;
}

/* What known bits say about the ranges: unknown ones are all 0 or all 1, the sign bit the other way
 * round. */
static void settle_from_bits(struct scalar *s) {
    unum value = s->bits.value, unknown = s->bits.unknown;
    uhalf value32 = (uhalf)value, unknown32 = (uhalf)unknown;
    s->umin = MOST(s->umin, value);
    s->umax = LEAST(s->umax, value | unknown);
    s->smin = MOST(s->smin, (snum)(value | (unknown & SIGN_WHOLE)));
    s->smax = LEAST(s->smax, (snum)(value | (unknown & ~SIGN_WHOLE)));
    s->umin32 = MOST(s->umin32, value32);
    s->umax32 = LEAST(s->umax32, value32 | unknown32);
    s->smin32 = MOST(s->smin32, (shalf)(value32 | (unknown32 & SIGN_HALF)));
    s->smax32 = LEAST(s->smax32, (shalf)(value32 | (unknown32 & ~SIGN_HALF)));
}

/* Where a range does not cross the other reading's seam, both readings order it alike. */
static void settle_signs(struct scalar *s) {
    if ((s->smin < 0) == (s->smax < 0)) {
        s->umin = MOST(s->umin, (unum)s->smin);
        s->umax = LEAST(s->umax, (unum)s->smax);
    }
    if ((snum)s->umin <= (snum)s->umax) {
        s->smin = MOST(s->smin, (snum)s->umin);
        s->smax = LEAST(s->smax, (snum)s->umax);
    }
    if ((s->smin32 < 0) == (s->smax32 < 0)) {
        s->umin32 = MOST(s->umin32, (uhalf)s->smin32);
        s->umax32 = LEAST(s->umax32, (uhalf)s->smax32);
    }
    if ((shalf)s->umin32 <= (shalf)s->umax32) {
        s->smin32 = MOST(s->smin32, (shalf)s->umin32);
        s->smax32 = LEAST(s->smax32, (shalf)s->umax32);
    }
}

/* Where the upper half is the same throughout, the range of the whole is that of the lower half,
 * and where the value fits 32 signed bits, the signed ranges are one. */
static void settle_halves(struct scalar *s) {
    if (s->umin >> HALF_BITS == s->umax >> HALF_BITS) {
        unum top = s->umin >> HALF_BITS << HALF_BITS;
        s->umin32 = MOST(s->umin32, (uhalf)s->umin);
        s->umax32 = LEAST(s->umax32, (uhalf)s->umax);
        s->umin = MOST(s->umin, top | s->umin32);
        s->umax = LEAST(s->umax, top | s->umax32);
    }
    if (s->smin >= SHALF_MIN && s->smax <= SHALF_MAX) {
        s->smin32 = MOST(s->smin32, (shalf)s->smin);
        s->smax32 = LEAST(s->smax32, (shalf)s->smax);
        s->smin = MOST(s->smin, s->smin32);
        s->smax = LEAST(s->smax, s->smax32);
    }
}

bool bits_intersect(struct bits *a, struct bits b) {
    if ((a->value ^ b.value) & ~a->unknown & ~b.unknown)
        return false;
    unum unknown = a->unknown & b.unknown;
    *a = (struct bits){(a->value | b.value) & ~unknown, unknown};
    return true;
}

static bool ranges_hold_something(const struct scalar *s) {
    return s->umin <= s->umax && s->smin <= s->smax && s->umin32 <= s->umax32 &&
           s->smin32 <= s->smax32;
}

bool scalar_settle(struct scalar *s) {
    if (scalar_is_constant(s)) {
        unum v = s->bits.value;
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
        low.unknown |= UNUM_MAX << HALF_BITS;
        if (!bits_intersect(&s->bits, bits_of_range(s->umin, s->umax)) ||
            !bits_intersect(&s->bits, low))
            return false;
        if (bits.unknown == s->bits.unknown)
            return true; /* the ranges have told nothing new */
    }
    settle_from_bits(s);
    return ranges_hold_something(s);
}
