/* SPDX-License-Identifier: MIT */
/* arena.h -- memory of many sizes and one life: taken piece by piece from the caller's hooks, which
 * charge for it, and given back all at once, so that a loader that stops half-way leaves nothing
 * behind. */
#ifndef ENGINE_ARENA_H
#define ENGINE_ARENA_H

#include "engine/hooks.h"

struct arena_block;

struct arena {
    const struct hooks *hooks; /* set by the owner, which keeps it alive */
    struct arena_block *last;
};

/* Zeroed memory for `count` objects of `size` bytes, aligned for any of them; null when there is
 * none or the product does not fit. A count of 0 gives memory that must not be touched. */
void *arena_allocate(struct arena *arena, size_t count, size_t size);

/* Gives everything back. May be called again. */
void arena_release(struct arena *arena);

#endif
