/* SPDX-License-Identifier: MIT */
/* number.h for numbers of SHORT_BITS bits, found before the engine's own: integers of any width,
 * which clang computes with as it does with 64 bits (neither is ever promoted to int). What the
 * instruction set calls 64, 32, 16 and 8 bits are here a number, its half and, as 16 and 8 bits,
 * parts of the half. A byte is one bit, so that there are bytes to swap. */
#ifndef ENGINE_NUMBER_H
#define ENGINE_NUMBER_H

#include <stdint.h>

#define NUMBER_BITS SHORT_BITS
#define HALF_BITS   (SHORT_BITS / 2)

typedef unsigned _BitInt(NUMBER_BITS) unum;
typedef _BitInt(NUMBER_BITS) snum;
typedef unsigned _BitInt(HALF_BITS) uhalf;
typedef _BitInt(HALF_BITS) shalf;
typedef unsigned shift_count;

#define UNUM_MAX  ((unum)-1)
#define SNUM_MAX  ((snum)(UNUM_MAX >> 1))
#define SNUM_MIN  ((snum)(-SNUM_MAX - 1))
#define UHALF_MAX ((uhalf)-1)
#define SHALF_MAX ((shalf)(UHALF_MAX >> 1))
#define SHALF_MIN ((shalf)(-SHALF_MAX - 1))

#define NUMBER_WIDTH(bits)                                                                         \
    ((bits) == 64 ? NUMBER_BITS : (bits) == 32 ? HALF_BITS : (bits) == 16 ? HALF_BITS - 1 : 1)

#define LEAST(a, b) ((a) < (b) ? (a) : (b))
#define MOST(a, b)  ((a) > (b) ? (a) : (b))

#define ADD_OVERFLOWS(a, b, r) __builtin_add_overflow(a, b, r)
#define SUB_OVERFLOWS(a, b, r) __builtin_sub_overflow(a, b, r)
#define MUL_OVERFLOWS(a, b, r) __builtin_mul_overflow(a, b, r)

#define HIGHEST_BIT(v)   (63 - (unsigned)__builtin_clzll(v))
#define LOWEST_BIT(v)    __builtin_ctzll(v)
#define SWAPPED_BYTES(v) ((unum)(__builtin_bitreverse64(v) >> (64 - NUMBER_BITS)))

#endif
