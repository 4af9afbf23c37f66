/* SPDX-License-Identifier: MIT */
/* step.h -- every step that the verifier takes with abstract numbers, made from the table of
 * instructions, and the one check of all of them: a result holds whatever the members of its
 * operands can come to. */
#ifndef DOMAIN_STEP_H
#define DOMAIN_STEP_H

#include "set.h"

enum step_kind {
    STEP_ALU,    /* one operation, of 64 or 32 bits */
    STEP_ASSUME, /* a comparison that came out so: both operands are narrowed */
    STEP_UNION,
    STEP_WIDEN,
    STEP_WITHIN,
    STEP_EQUAL,
};

struct step {
    char name[24];
    enum step_kind kind;
    unsigned operation, bits; /* of STEP_ALU and STEP_ASSUME */
    bool holds;               /* of STEP_ASSUME */
};

#define STEPS_MOST 128
extern struct step steps[STEPS_MOST];
extern unsigned step_count;
void steps_init(void);

/* Of an operation with two operands the results, of a comparison whether it comes out so, by the
 * model. */
extern uint8_t step_outcome[NUMBERS][NUMBERS];
void step_outcomes(const struct step *step);

/* Two abstract operands, what they stand for, and the exact results: of an operation in `exact`, of
 * a comparison what is left of each operand. */
struct trial {
    struct scalar a, b;
    set in_a, in_b;
    set exact, left_a, left_b;
};

/* How precise the results were. */
struct tally {
    uint64_t results;
    uint64_t inexact; /* hold more than the exact results */
    uint64_t loose;   /* hold more than the best abstract number for those */
    uint64_t excess;  /* how many members more than that, together */
};
void tally_add(struct tally *to, const struct tally *more);

/* Takes the step, counts, and is false, having said why, if a result lacks a member. */
bool step_try(const struct step *step, const struct trial *trial, struct tally *tally);
/* The same for scalar_settle of any number, which stands for `members` and for the same afterwards.
 * What can be lost is that there is none (inexact), and how narrow each view could be (loose, and
 * the excess is of views). */
bool step_try_settle(const struct scalar *s, set members, struct tally *tally);

#endif
