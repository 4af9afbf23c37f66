/* SPDX-License-Identifier: MIT */
/* number.h -- the words that a set of numbers (scalar.h) is made of: a whole of 64 bits and its
 * lower half. The sources of sets say nothing else about widths, so that tests/domain can put
 * another number.h before this one: of words so short that every set can be tried.
 *
 * Neither type is shorter than int, so no operation on them is carried out in a wider one. */
#ifndef ENGINE_NUMBER_H
#define ENGINE_NUMBER_H

#include <stdint.h>

#define NUMBER_BITS 64
#define HALF_BITS   32

typedef uint64_t unum;
typedef int64_t snum;
typedef uint32_t uhalf;
typedef int32_t shalf;
typedef unsigned shift_count; /* what a number is shifted by */

#define UNUM_MAX  UINT64_MAX
#define SNUM_MIN  INT64_MIN
#define SNUM_MAX  INT64_MAX
#define UHALF_MAX UINT32_MAX
#define SHALF_MIN INT32_MIN
#define SHALF_MAX INT32_MAX

/* How many bits the instruction set's widths of 8, 16, 32 and 64 are. */
#define NUMBER_WIDTH(bits) (bits)

#define LEAST(a, b) ((a) < (b) ? (a) : (b))
#define MOST(a, b)  ((a) > (b) ? (a) : (b))

/* Computes *r, and says whether that is not the whole result. */
#define ADD_OVERFLOWS(a, b, r) __builtin_add_overflow(a, b, r)
#define SUB_OVERFLOWS(a, b, r) __builtin_sub_overflow(a, b, r)
#define MUL_OVERFLOWS(a, b, r) __builtin_mul_overflow(a, b, r)

/* Where the highest and the lowest bit of a number stands that is not 0; its bytes reversed. */
#define HIGHEST_BIT(v)   (63 - (unsigned)__builtin_clzll(v))
#define LOWEST_BIT(v)    __builtin_ctzll(v)
#define SWAPPED_BYTES(v) __builtin_bswap64(v)

#endif
