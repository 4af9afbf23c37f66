/* SPDX-License-Identifier: MIT */
/* sort.h -- sorts numbers by what they stand for. */
#ifndef ENGINE_SORT_H
#define ENGINE_SORT_H

#include <stdbool.h>
#include <stdint.h>

typedef bool sort_before(const void *of, uint32_t a, uint32_t b);

/* Sorts n numbers in place, at most 2 n log n comparisons whatever they are (heapsort: the input is
 * hostile). Equal ones come in no particular order. */
void sort_numbers(uint32_t *number, uint32_t count, sort_before *before, const void *of);

#endif
