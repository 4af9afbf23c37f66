/* SPDX-License-Identifier: MIT */
/* term.h -- what a register holds while a guard's paths are followed: a constant, bits of one
 * source, or the outcome of a comparison with such. Operations that lead elsewhere give nothing
 * known. Private to guard_form.c, term.c and term_compare.c. */
#ifndef ENGINE_TERM_H
#define ENGINE_TERM_H

#include "engine/conjunct.h"
#include "engine/opcode.h"

enum expression_kind {
    EXPRESSION_UNKNOWN,
    EXPRESSION_CONSTANT,
    EXPRESSION_TERM,
    EXPRESSION_TEST,    /* 1 if the conjunct holds, else 0 */
    EXPRESSION_NEGATED, /* 0 - term: what GCC makes of comparisons... */
    EXPRESSION_SIGNED,  /* ...(0 - term) | term: its highest bit says whether the term is 0 */
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

struct expression {
    uint8_t kind; /* enum expression_kind */
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

struct expression expression_constant(uint64_t number);
struct expression expression_source(struct guard_source source);

/* The result of an arithmetic instruction on dst and the operand. */
struct expression expression_alu(struct insn insn, const struct expression *dst,
                                 const struct expression *operand);

/* The address that a term is, if it is an argument and a constant: gives the argument. */
bool expression_is_argument(const struct expression *v, unsigned *argument, uint64_t *add);

/* Does `v` compare so (DO_EQ, ...) with the constant, as numbers of 32 or 64 bits? OUTCOME_IF: if
 * *when holds. */
enum outcome expression_compare(const struct expression *v, unsigned operation, unsigned bits,
                                uint64_t constant, struct conjunct *when);
/* The numbers that it does not take. */
enum outcome conjunct_complement(struct conjunct *c);

struct expression expression_cut(struct expression v); /* its low 32 bits */
struct expression expression_and(struct expression v, uint64_t constant);

#endif
