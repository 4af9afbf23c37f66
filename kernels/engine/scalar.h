/* SPDX-License-Identifier: MIT */
/* scalar.h -- what the verifier knows of a number: its bits as far as they are known (a tristate
 * number) and its range read as unsigned and as signed, of all 64 bits and of the lower 32. The
 * five views describe the same set of values and are kept consistent; every operation gives a set
 * that holds each result of each pair of values (soundness), as small as is cheap (precision).
 * tests/unit/engine_scalar_test.c checks the former by brute force.
 *
 * Tristate arithmetic: Vishwanathan, Shachnai, Narayana, Nagarakatte, "Sound, Precise, and Fast
 * Abstract Interpretation with Tristate Numbers", CGO 2022. */
#ifndef ENGINE_SCALAR_H
#define ENGINE_SCALAR_H

#include "engine/opcode.h"

/* Bits set in `unknown` may be either; the others are as in value, where unknown bits are 0. */
struct bits {
    uint64_t value, unknown;
};

struct scalar {
    struct bits bits;
    uint64_t umin, umax;
    int64_t smin, smax;
    uint32_t umin32, umax32;
    int32_t smin32, smax32;
};

struct scalar scalar_any(void);
struct scalar scalar_constant(uint64_t value);
/* Requires min <= max. */
struct scalar scalar_range(uint64_t min, uint64_t max);
struct scalar scalar_signed_range(int64_t min, int64_t max);
/* A value of so many low bits, zero- or sign-extended. */
struct scalar scalar_of_width(unsigned bits, bool is_signed);

bool scalar_is_constant(const struct scalar *s);
bool scalar_holds(const struct scalar *s, uint64_t value);
/* Is every value of `inner` one of `outer`? */
bool scalar_within(const struct scalar *inner, const struct scalar *outer);
bool scalar_equal(const struct scalar *a, const struct scalar *b);
/* The smallest that holds both. */
struct scalar scalar_union(const struct scalar *a, const struct scalar *b);

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
