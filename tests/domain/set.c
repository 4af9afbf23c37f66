/* SPDX-License-Identifier: MIT */
#include "set.h"

/* By tables: of numbers with these bits; of those whose lower half lies in such a range, unsigned
 * and signed; of the halves in a set. */
static set with_bits[NUMBERS][NUMBERS];
static set with_half[HALVES][HALVES], with_signed_half[HALVES][HALVES];

/* A signed number's place in their order. */
static unsigned place(snum n) {
    return (unsigned)((unum)n ^ NUMBERS / 2);
}

static unsigned half_place(shalf n) {
    return (unsigned)((uhalf)n ^ HALVES / 2);
}

void set_init(void) {
    for (unsigned value = 0; value < NUMBERS; value++)
        for (unsigned unknown = 0; unknown < NUMBERS; unknown++)
            for (unsigned n = 0; n < NUMBERS; n++)
                if (((n ^ value) & ~unknown) == 0)
                    with_bits[value][unknown] |= (set)1 << n;
    for (unsigned min = 0; min < HALVES; min++) {
        for (unsigned max = min; max < HALVES; max++) {
            for (unsigned n = 0; n < NUMBERS; n++) {
                unsigned half = n % HALVES, order = half ^ HALVES / 2;
                if (half >= min && half <= max)
                    with_half[min][max] |= (set)1 << n;
                if (order >= min && order <= max)
                    with_signed_half[min][max] |= (set)1 << n;
            }
        }
    }
}

/* Numbers from min to max; none if they are the other way round. */
static set range(unsigned min, unsigned max) {
    return (((set)2 << max) - 1) & ~(((set)1 << min) - 1);
}

/* Each number moved to where the sign bit, the other way round, puts it: both halves exchanged. */
static set exchanged(set s) {
    return (s >> NUMBERS / 2 | s << NUMBERS / 2) & SET_ALL;
}

set set_of(const struct scalar *s) {
    return with_bits[(unsigned)s->bits.value][(unsigned)s->bits.unknown] &
           range((unsigned)s->umin, (unsigned)s->umax) &
           exchanged(range(place(s->smin), place(s->smax))) &
           with_half[(unsigned)s->umin32][(unsigned)s->umax32] &
           with_signed_half[half_place(s->smin32)][half_place(s->smax32)];
}

static unsigned lowest(set s) {
    return (unsigned)__builtin_ctzll(s);
}

static unsigned highest(set s) {
    return 63 - (unsigned)__builtin_clzll(s);
}

/* The number at such a place of the signed order. */
static snum at_place(unsigned place) {
    return (snum)(unum)(place ^ NUMBERS / 2);
}

static shalf at_half_place(unsigned place) {
    return (shalf)(uhalf)(place ^ HALVES / 2);
}

struct scalar set_best(set s) {
    unsigned value = 0, unknown = 0, halves = 0, signed_halves;
    for (unsigned bit = 1; bit < NUMBERS; bit *= 2) {
        set ones = with_bits[bit][NUMBERS - 1 - bit];
        if (s & ones)
            *(s & ~ones ? &unknown : &value) |= bit;
    }
    for (unsigned shift = 0; shift < NUMBERS; shift += HALVES)
        halves |= (unsigned)(s >> shift) & ((1u << HALVES) - 1);
    signed_halves = (halves >> HALVES / 2 | halves << HALVES / 2) & ((1u << HALVES) - 1);
    set order = exchanged(s);
    return (struct scalar){.bits = {(unum)value, (unum)unknown},
                           .umin = (unum)lowest(s),
                           .umax = (unum)highest(s),
                           .smin = at_place(lowest(order)),
                           .smax = at_place(highest(order)),
                           .umin32 = (uhalf)lowest(halves),
                           .umax32 = (uhalf)highest(halves),
                           .smin32 = at_half_place(lowest(signed_halves)),
                           .smax32 = at_half_place(highest(signed_halves))};
}
