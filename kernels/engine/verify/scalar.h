/* SPDX-License-Identifier: MIT */
/* scalar.h -- what the verifier knows of a number: its bits as far as they are known (a tristate
 * number) and its range read as unsigned and as signed, of all 64 bits and of the lower 32. The
 * five views describe the same set of values and are kept consistent; every operation gives a set
 * that holds each result of each pair of values (soundness), as small as is cheap (precision).
 * tests/domain tries all of it with short words.
 *
 * Tristate arithmetic: Vishwanathan, Shachnai, Narayana, Nagarakatte, "Sound, Precise, and Fast
 * Abstract Interpretation with Tristate Numbers", CGO 2022. */
#ifndef ENGINE_SCALAR_H
#define ENGINE_SCALAR_H

#include "engine/base/number.h"
#include "engine/opcode.h"

/* Bits set in `unknown` may be either; the others are as in value, where unknown bits are 0. */
struct bits {
    unum value, unknown;
};

struct scalar {
    struct bits bits;
    unum umin, umax;
    snum smin, smax;
    uhalf umin32, umax32;
    shalf smin32, smax32;
};

struct scalar scalar_any(void);
struct scalar scalar_constant(unum value);
/* Requires min <= max. */
struct scalar scalar_range(unum min, unum max);
struct scalar scalar_signed_range(snum min, snum max);
/* A value of so many low bits, zero- or sign-extended. */
struct scalar scalar_of_width(unsigned bits, bool is_signed);

/* Of a number whose bits are all known, every view is that number: whoever narrows one
 * settles it. */
bool scalar_is_constant(const struct scalar *s);
bool scalar_holds(const struct scalar *s, unum value);
/* Is every value of `inner` one of `outer`? */
bool scalar_within(const struct scalar *inner, const struct scalar *outer);
bool scalar_equal(const struct scalar *a, const struct scalar *b);
/* The smallest that holds both. */
struct scalar scalar_union(const struct scalar *a, const struct scalar *b);
/* One that holds both, with a range that has to grow grown to its end at once: in a chain of these
 * each of the views changes a few times at most. */
struct scalar scalar_widen(const struct scalar *a, const struct scalar *b);

/* Makes the five views agree as far as each says something about another. False if no value is
 * left. */
bool scalar_settle(struct scalar *s);

/* The result of an arithmetic instruction of 64 or 32 bits: operation is an enum opcode_operation
 * of kind ALU. */
struct scalar scalar_alu(unsigned operation, unsigned bits, struct scalar a, struct scalar b);

/* Narrows a and b by `a operation b` (a comparison of an enum opcode_operation, of 64 or 32 bits)
 * being true, or being false. False if it cannot be. */
bool scalar_assume(unsigned operation, unsigned bits, bool holds, struct scalar *a,
                   struct scalar *b);

/* The lower 32 bits, zero-extended. */
struct scalar scalar_low32(struct scalar s);

#endif
