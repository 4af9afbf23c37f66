/* SPDX-License-Identifier: MIT */
/* memory.h -- memory, or the end: where there is none the process says so and aborts, for the
 * harness can do nothing without; what was measured is in the run's folder. And arrays that grow by
 * one, with no capacity to keep: room is doubled whenever the count reaches a power of two.
 *
 *     run->rows = array_grow(run->rows, run->row_count, sizeof *run->rows);
 *     run->rows[run->row_count++] = row; */
#ifndef HARNESS_MEMORY_H
#define HARNESS_MEMORY_H

#include <stddef.h>

/* COUNT items of SIZE bytes, all zero; to be freed. Never null. */
void *memory_new(size_t count, size_t size);
/* ITEMS, grown or cut to COUNT items of SIZE bytes. Never null. */
void *memory_resize(void *items, size_t count, size_t size);
/* The sentence, and the end: for what allocates by other means. */
_Noreturn void memory_exhausted(void);

/* ITEMS, which holds COUNT items of SIZE bytes and was grown by nothing else, with room for one
 * more. */
void *array_grow(void *items, size_t count, size_t size);

#endif
