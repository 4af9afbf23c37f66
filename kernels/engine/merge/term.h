/* SPDX-License-Identifier: MIT */
/* term.h -- what a register holds while a guard's paths are followed: a constant, bits of one
 * source, or the outcome of a comparison with such. Operations that lead elsewhere give nothing
 * known. Private to guard_form.c, term.c and term_compare.c. */
#ifndef ENGINE_TERM_H
#define ENGINE_TERM_H

#include "engine/conjunct.h"
#include "engine/opcode.h"

enum value_kind {
    VALUE_UNKNOWN,
    VALUE_CONSTANT,
    VALUE_TERM,
    VALUE_TEST,    /* 1 if the conjunct holds, else 0 */
    VALUE_NEGATED, /* 0 - term: what GCC makes of comparisons... */
    VALUE_SIGNED,  /* ...(0 - term) | term: its highest bit says whether the term is 0 */
};

/* (((source << shift) & mask) ^ flip) + add, a number of `bits` bits; then bit sign - 1 is copied
 * to all bits above it, unless sign is 0. Invariants: mask is not 0 and only has bits that the
 * shifted source can have; with neither add nor sign, bits is 64; with sign, add and flip are 0. */
struct term {
    struct guard_source source;
    int8_t shift; /* negative: to the right */
    uint8_t sign, bits;
    uint64_t mask, flip, add;
};

struct value {
    uint8_t kind; /* enum value_kind */
    union {
        uint64_t constant;
        struct term term;     /* of TERM, NEGATED and SIGNED */
        struct conjunct test; /* of TEST */
    };
};

/* What is known of a condition. */
enum outcome { OUTCOME_UNKNOWN, OUTCOME_NEVER, OUTCOME_ALWAYS, OUTCOME_IF };

static inline uint64_t low_bits(unsigned n) {
    return n ? UINT64_MAX >> (64 - n) : 0;
}

struct value value_constant(uint64_t number);
struct value value_source(struct guard_source source);

/* The result of an arithmetic instruction on dst and the operand. */
struct value value_alu(struct insn insn, const struct value *dst, const struct value *operand);

/* The address that a term is, if it is an argument and a constant: gives the argument. */
bool value_is_argument(const struct value *v, unsigned *argument, uint64_t *add);

/* Does `v` compare so (DO_EQ, ...) with the constant, as numbers of 32 or 64 bits? OUTCOME_IF: if
 * *when holds. */
enum outcome value_compare(const struct value *v, unsigned operation, unsigned bits,
                           uint64_t constant, struct conjunct *when);
/* The numbers that it does not take. */
enum outcome conjunct_complement(struct conjunct *c);

struct value value_cut(struct value v); /* its low 32 bits */
struct value value_and(struct value v, uint64_t constant);

#endif
