/* SPDX-License-Identifier: MIT */
/* typed.h -- random programs that mean to be safe, and mostly just miss or just make it: indices
 * that are compared or masked, pointers that may be null, packets, spills, atomics, calls, loops.
 * And the surroundings they run in. */
#ifndef SOUNDNESS_TYPED_H
#define SOUNDNESS_TYPED_H

#include "engine/kind.h"
#include "engine/program.h"
#include "generate.h"

#define TYPED_SLOTS  1024
#define TYPED_MEMORY 64 /* bytes of each of the three memories */
#define TYPED_PACKET 32 /* bytes of a packet, at most */

/* r1 memory; r2, r3 memory or null; r4 a packet, r5 its end. The result is a number. */
extern const struct kind typed_kind;
extern const struct import typed_imports[];
extern const uint32_t typed_import_count;

/* Writes a program of about `weight` pieces and gives its slots. */
uint32_t typed_program(struct random *r, uint32_t weight, struct insn insn[TYPED_SLOTS]);

#endif
