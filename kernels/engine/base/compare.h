/* SPDX-License-Identifier: MIT */
/* compare.h -- how the comparison of two numbers comes out, for a pass that follows a program
 * without running it. */
#ifndef ENGINE_COMPARE_H
#define ENGINE_COMPARE_H

#include <stdbool.h>

#include "engine/base/number.h"
#include "engine/opcode.h"

/* Does `a operation b` hold? The operation is a comparison of an enum opcode_operation; of 32 bits
 * it is the lower half of each that counts. */
static inline bool compare_numbers(unsigned operation, unsigned bits, unum a, unum b) {
    snum x = bits == 32 ? (shalf)a : (snum)a, y = bits == 32 ? (shalf)b : (snum)b;
    if (bits == 32) {
        a = (uhalf)a;
        b = (uhalf)b;
    }
    switch (operation) {
    case DO_EQ:
        return a == b;
    case DO_NE:
        return a != b;
    case DO_GT:
        return a > b;
    case DO_GE:
        return a >= b;
    case DO_LT:
        return a < b;
    case DO_LE:
        return a <= b;
    case DO_SGT:
        return x > y;
    case DO_SGE:
        return x >= y;
    case DO_SLT:
        return x < y;
    case DO_SLE:
        return x <= y;
    default:
        return (a & b) != 0;
    }
}

#endif
