/* SPDX-License-Identifier: MIT */
/* heap.h -- memory in sizes other than pages, for callers that know how much they give back. */
#ifndef MACHINE_HEAP_H
#define MACHINE_HEAP_H

#include <stddef.h>

/* Zeroed memory, aligned to 16 bytes; null when no frames are left. 0 bytes are as good as 1. */
void *heap_alloc(size_t bytes);
/* The same, but what was in it before may still be there. */
void *heap_alloc_dirty(size_t bytes);
/* The same number of bytes as was asked for. Null memory is allowed. */
void heap_free(void *memory, size_t bytes);

/* Bytes given out and not given back. */
size_t heap_used(void);

#endif
