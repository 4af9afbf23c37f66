/* SPDX-License-Identifier: MIT */
/* engine_work.h -- what engine_bench.cc measures; the engine's own headers are C. */
#ifndef TESTS_ENGINE_WORK_H
#define TESTS_ENGINE_WORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Programs of about `slots` instructions: none jumps; or each eight are a loop of
 * four iterations. */
struct work;
struct work *work_straight(uint32_t slots);
struct work *work_loopy(uint32_t slots);
/* A loop of so many iterations, in each of which what was loaded decides. */
struct work *work_deciding(uint32_t iterations);
/* One that is refused after as much work as we know how to make: a loop that takes too long, below
 * 31 functions with full stacks, all of which are copied in each iteration. */
struct work *work_hopeless(void);
/* The program of engine/worst/step:verify (experiments/engine/lengths.h). */
struct work *work_worst(void);
void work_end(struct work *work);

/* Verifies it once. Gives the instructions that the verifier looked at; 0 when it is refused. */
uint32_t work_verify(struct work *work);
/* The same of one that is refused. Gives 0 when it is not. */
uint32_t work_give_up(struct work *work);

/* Makes machine code of it and throws it away. Gives its bytes. */
uint32_t work_compile(struct work *work);

/* Loads an object into vcode's kernel, all steps, and closes it. False when it is refused. */
bool work_load(const void *file, size_t len);

#ifdef __cplusplus
}
#endif
#endif
