/* SPDX-License-Identifier: MIT */
/* number.h for numbers that are terms of a solver, found before the engine's own. */
#ifndef ENGINE_NUMBER_H
#define ENGINE_NUMBER_H

#include "../../../term.h"

#define NUMBER_BITS 64
#define HALF_BITS   32

typedef Word<64, false> unum;
typedef Word<64, true> snum;
typedef Word<32, false> uhalf;
typedef Word<32, true> shalf;
typedef Word<32, false> shift_count;

#define UNUM_MAX  unum::constant(UINT64_MAX)
#define SNUM_MIN  snum::constant((uint64_t)INT64_MIN)
#define SNUM_MAX  snum::constant(INT64_MAX)
#define UHALF_MAX uhalf::constant(UINT32_MAX)
#define SHALF_MIN shalf::constant((uint32_t)INT32_MIN)
#define SHALF_MAX shalf::constant(INT32_MAX)

#define NUMBER_WIDTH(bits) (bits)

#define LEAST(a, b) choose((a) < (b), a, b)
#define MOST(a, b)  choose((a) > (b), a, b)

#define ADD_OVERFLOWS(a, b, r) add_overflows(a, b, r)
#define SUB_OVERFLOWS(a, b, r) sub_overflows(a, b, r)
#define MUL_OVERFLOWS(a, b, r) mul_overflows(a, b, r)

#define HIGHEST_BIT(v)   highest_bit(v)
#define LOWEST_BIT(v)    lowest_bit(v)
#define SWAPPED_BYTES(v) swapped_bytes(v)

#endif
