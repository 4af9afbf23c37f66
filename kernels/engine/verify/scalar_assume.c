/* SPDX-License-Identifier: MIT */
/* scalar_assume.c -- what a comparison's outcome says about its two operands. */
#include "engine/assert.h"
#include "engine/base/compare.h"
#include "engine/verify/scalar_internal.h"

/* The comparison that holds when `operation` does not. SET has none. */
static unsigned negation(unsigned operation) {
    static const uint8_t of[] = {
        [DO_EQ] = DO_NE, [DO_NE] = DO_EQ,   [DO_GT] = DO_LE,   [DO_LE] = DO_GT,   [DO_GE] = DO_LT,
        [DO_LT] = DO_GE, [DO_SGT] = DO_SLE, [DO_SLE] = DO_SGT, [DO_SGE] = DO_SLT, [DO_SLT] = DO_SGE,
    };
    ENGINE_ASSERT(operation < sizeof of && operation != DO_SET, "%u has no negation", operation);
    return of[operation];
}

static void assume_equal(unsigned bits, struct scalar *a, struct scalar *b) {
    a->umin32 = b->umin32 = MOST(a->umin32, b->umin32);
    a->umax32 = b->umax32 = LEAST(a->umax32, b->umax32);
    a->smin32 = b->smin32 = MOST(a->smin32, b->smin32);
    a->smax32 = b->smax32 = LEAST(a->smax32, b->smax32);
    if (bits == 32 && !MUTANT(EQ32_LEARNS_64))
        return;
    a->umin = b->umin = MOST(a->umin, b->umin);
    a->umax = b->umax = LEAST(a->umax, b->umax);
    a->smin = b->smin = MOST(a->smin, b->smin);
    a->smax = b->smax = LEAST(a->smax, b->smax);
}

/* Equal numbers have the same bits. */
static bool assume_equal_bits(unsigned bits, struct scalar *a, struct scalar *b) {
    unum beyond = bits == 32 && !MUTANT(EQ32_LEARNS_64) ? UNUM_MAX << HALF_BITS : 0;
    struct bits from_a = {a->bits.value & ~beyond, a->bits.unknown | beyond};
    struct bits from_b = {b->bits.value & ~beyond, b->bits.unknown | beyond};
    return bits_intersect(&a->bits, from_b) && bits_intersect(&b->bits, from_a);
}

/* An excluded number narrows a range only at its ends. */
static void exclude(unsigned bits, struct scalar *s, unum v) {
    if (bits == 64) {
        s->umin += s->umin == v && v != UNUM_MAX;
        s->umax -= s->umax == v && v != 0;
        s->smin += s->smin == (snum)v && (snum)v != SNUM_MAX;
        s->smax -= s->smax == (snum)v && (snum)v != SNUM_MIN;
        return;
    }
    uhalf w = (uhalf)v;
    s->umin32 += s->umin32 == w && w != UHALF_MAX;
    s->umax32 -= s->umax32 == w && w != 0;
    s->smin32 += s->smin32 == (shalf)w && (shalf)w != SHALF_MAX;
    s->smax32 -= s->smax32 == (shalf)w && (shalf)w != SHALF_MIN;
}

static bool known(unsigned bits, const struct scalar *s) {
    return bits == 64 ? s->bits.unknown == 0 : (uhalf)s->bits.unknown == 0;
}

static bool assume_different(unsigned bits, struct scalar *a, struct scalar *b) {
    bool a_known = known(bits, a), b_known = known(bits, b);
    if (a_known && b_known)
        return bits == 64 ? a->bits.value != b->bits.value
                          : (uhalf)a->bits.value != (uhalf)b->bits.value;
    if (b_known)
        exclude(bits, a, b->bits.value);
    if (a_known)
        exclude(bits, b, a->bits.value);
    return true;
}

/* a <= b, or a < b when strict, on one of the four ranges. False when it cannot be. */
#define LESS(low, high, type)                                                                      \
    do {                                                                                           \
        if (strict && (b->high == type##_LEAST || a->low == type##_MOST))                          \
            return false;                                                                          \
        a->high = LEAST(a->high, b->high - strict);                                                \
        b->low = MOST(b->low, a->low + strict);                                                    \
    } while (0)
#define U64_LEAST 0
#define U64_MOST  UNUM_MAX
#define U32_LEAST 0
#define U32_MOST  UHALF_MAX
#define S64_LEAST SNUM_MIN
#define S64_MOST  SNUM_MAX
#define S32_LEAST SHALF_MIN
#define S32_MOST  SHALF_MAX

static bool assume_less(unsigned bits, bool is_signed, bool strict, struct scalar *a,
                        struct scalar *b) {
    if (bits == 64 && is_signed)
        LESS(smin, smax, S64);
    if (bits == 64 && (!is_signed || MUTANT(SIGNED_IS_UNSIGNED)))
        LESS(umin, umax, U64);
    if (bits == 32 && is_signed)
        LESS(smin32, smax32, S32);
    if (bits == 32 && !is_signed)
        LESS(umin32, umax32, U32);
    return true;
}

/* a & b is zero, or is not. Only a known mask says anything. */
static bool assume_set(unsigned bits, bool set, struct scalar *a, const struct scalar *b) {
    if (!known(bits, b))
        return true;
    unum mask = bits == 64 ? b->bits.value : (uhalf)b->bits.value;
    if (!set)
        return bits_intersect(&a->bits, (struct bits){0, ~mask});
    if (mask && (mask & (mask - 1)) == 0)
        return bits_intersect(&a->bits, (struct bits){mask, ~mask});
    return ((a->bits.value | a->bits.unknown) & mask) != 0;
}

static bool assume_true(unsigned operation, unsigned bits, struct scalar *a, struct scalar *b) {
    switch (operation) {
    case DO_EQ:
        assume_equal(bits, a, b);
        return assume_equal_bits(bits, a, b);
    case DO_NE:
        return assume_different(bits, a, b);
    case DO_GT:
        return assume_less(bits, false, true, b, a);
    case DO_GE:
        return assume_less(bits, false, false, b, a);
    case DO_LT:
        return assume_less(bits, false, true, a, b);
    case DO_LE:
        return assume_less(bits, false, MUTANT(JUMP_OFF_BY_ONE), a, b);
    case DO_SGT:
        return assume_less(bits, true, true, b, a);
    case DO_SGE:
        return assume_less(bits, true, false, b, a);
    case DO_SLT:
        return assume_less(bits, true, true, a, b);
    default:
        ENGINE_ASSERT(operation == DO_SLE, "%u compares nothing", operation);
        return assume_less(bits, true, false, a, b);
    }
}

bool scalar_assume(unsigned operation, unsigned bits, bool holds, struct scalar *a,
                   struct scalar *b) {
    if (scalar_is_constant(a) && scalar_is_constant(b))
        return compare_numbers(operation, bits, a->bits.value, b->bits.value) == holds;
    struct scalar old_a = *a, old_b = *b;
    bool can = operation == DO_SET
                   ? assume_set(bits, holds, a, b) && assume_set(bits, holds, b, a)
                   : assume_true(holds ? operation : negation(operation), bits, a, b);
    return can && (scalar_equal(a, &old_a) || scalar_settle(a)) &&
           (scalar_equal(b, &old_b) || scalar_settle(b));
}
