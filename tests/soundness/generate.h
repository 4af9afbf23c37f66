/* SPDX-License-Identifier: MIT */
/* generate.h -- random programs that only touch what they may, for comparing one way of running
 * with another. */
#ifndef SOUNDNESS_GENERATE_H
#define SOUNDNESS_GENERATE_H

#include "engine/opcode.h"

#define GENERATE_MEMORY 64   /* bytes that r1 must point to */
#define GENERATE_SLOTS  1024 /* a program's slots are fewer */

/* xorshift64*: the same seed gives the same programs everywhere. */
struct random {
    uint64_t state;
};
void random_seed(struct random *r, uint64_t seed);
uint64_t random_next(struct random *r);
/* Below n, which is not 0. */
uint32_t random_below(struct random *r, uint32_t n);
/* A number of the kind that breaks things: powers of two, their neighbours, signs, and now and then
 * anything. */
uint64_t random_value(struct random *r);

/* Writes a program of up to `weight` random instructions a function and gives its slots. It uses
 * every instruction of the table but calls out of it; its results do not depend on addresses; it
 * may loop until its fuel ends. At the end r0 mixes all registers. */
uint32_t generate_program(struct random *r, uint32_t weight, struct insn insn[GENERATE_SLOTS]);

#endif
