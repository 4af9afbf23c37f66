/* SPDX-License-Identifier: MIT */
/* watch.h -- pages that the kernel reads or writes by their frames, not by where they are mapped:
 * those of a predicate's variables, of a ring. */
#ifndef EXO_LIBOS_EXOS_MEMORY_WATCH_H
#define EXO_LIBOS_EXOS_MEMORY_WATCH_H

#include <stddef.h>
#include <stdint.h>

#include "exo/abi.h"

/* The page of this address has a frame of its own from now on, which it keeps: a fork copies it to
 * the child at once. What stays shared over a fork is left as it is.
 * So it is called for each page of a ring, before ring_begin. */
void watch(uint64_t at);

/* exo_predicate_set, of variables whose pages are watched. */
long exos_predicate_set(const void *code, size_t bytes, const struct exo_variable *variables,
                        size_t count, uint64_t how, char text[EXO_FUNCTION_TEXT]);

#endif
