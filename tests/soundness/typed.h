/* SPDX-License-Identifier: MIT */
/* typed.h -- random programs for the world of world.h that mean to be safe, and now and then just
 * miss: indices that are compared or masked, pointers that may be null, packets, objects,
 * references, spills, atomics, calls out and among themselves, loops. */
#ifndef SOUNDNESS_TYPED_H
#define SOUNDNESS_TYPED_H

#include "engine/opcode.h"
#include "engine/program.h"
#include "generate.h"

#define TYPED_SLOTS 8192

/* Writes a program and gives its slots. Most are short, for there small mistakes show soonest; a
 * few are of many pieces. */
uint32_t typed_program(struct random *r, struct insn insn[TYPED_SLOTS]);

/* The program of SEED, decoded, with the world's imports and variables. The decoder takes each. */
struct program typed_decoded(const struct hooks *hooks, uint64_t seed);

/* Changes an encoded program, of three slots or more, so that the decoder mostly refuses it. Gives
 * its new length. */
size_t typed_damage(struct random *r, uint8_t *bytes, size_t len);

#endif
