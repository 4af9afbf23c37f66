/* SPDX-License-Identifier: MIT */
/* scalar_internal.h -- shared by scalar.c, scalar_alu.c and scalar_assume.c only. */
#ifndef ENGINE_SCALAR_INTERNAL_H
#define ENGINE_SCALAR_INTERNAL_H

#include "engine/mutant.h"
#include "engine/scalar.h"

#define LEAST(a, b) ((a) < (b) ? (a) : (b))
#define MOST(a, b)  ((a) > (b) ? (a) : (b))

/* The bits that all numbers from min to max have in common. */
struct bits bits_of_range(uint64_t min, uint64_t max);
/* Narrows *a by b; false if they contradict each other. */
bool bits_intersect(struct bits *a, struct bits b);

#endif
