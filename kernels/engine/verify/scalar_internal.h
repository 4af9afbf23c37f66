/* SPDX-License-Identifier: MIT */
/* scalar_internal.h -- shared by scalar.c, scalar_alu.c and scalar_assume.c only. */
#ifndef ENGINE_SCALAR_INTERNAL_H
#define ENGINE_SCALAR_INTERNAL_H

#include "engine/base/mutant.h"
#include "engine/verify/scalar.h"

/* The bits that all numbers from min to max have in common. */
struct bits bits_of_range(unum min, unum max);
/* Narrows *a by b; false if they contradict each other. */
bool bits_intersect(struct bits *a, struct bits b);

#endif
