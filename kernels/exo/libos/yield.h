/* SPDX-License-Identifier: MIT */
/* yield.h -- giving the processor away. */
#ifndef EXO_LIBOS_YIELD_H
#define EXO_LIBOS_YIELD_H

#include <stdbool.h>
#include <stdint.h>

/* Gives the processor to that environment; returns 0 when this one is given it again, by anybody,
 * or -E_DEAD at once where there is none with this id that is ready. The kernel saves nothing:
 * registers that a call keeps are saved here. */
long exo_env_yield(uint64_t env);

/* Sleeps until this environment's predicate holds, or somebody yields to it. 0; -E_NOT_FOUND: it
 * has no predicate (exo_predicate_set). */
long exo_env_sleep(void);

/* From now on a slice's end saves this environment's registers on the stack in use, below the red
 * zone, and gives the processor away; the next slice goes on where it was. */
void slice_handle(void);
/* And its floating point and vector registers, for a program that uses them: 900 bytes of the
 * stack. False: the processor has no XSAVE. */
bool slice_keep_vectors(void);
extern bool vectors_kept;

#endif
