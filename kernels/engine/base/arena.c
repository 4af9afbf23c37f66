/* SPDX-License-Identifier: MIT */
/* arena.c -- each piece carries its size and the piece before it. */
#include "engine/base/arena.h"
#include "engine/assert.h"

struct arena_block {
    struct arena_block *previous;
    size_t bytes; /* this head included */
};
_Static_assert(sizeof(struct arena_block) % 16 == 0,
               "what follows a block's head is aligned for any object");

void *arena_allocate(struct arena *arena, size_t count, size_t size) {
    if (size && count > (SIZE_MAX - sizeof(struct arena_block)) / size)
        return NULL;
    size_t bytes = sizeof(struct arena_block) + count * size;
    struct arena_block *block = arena->hooks->allocate(arena->hooks->owner, bytes);
    if (!block)
        return NULL;
    ENGINE_ASSERT((uintptr_t)block % 16 == 0, "a block at %p", (void *)block);
    *block = (struct arena_block){arena->last, bytes};
    arena->last = block;
    return block + 1;
}

void arena_release(struct arena *arena) {
    while (arena->last) {
        struct arena_block *block = arena->last;
        ENGINE_ASSERT(block->bytes >= sizeof *block, "%zu bytes at %p", block->bytes,
                      (void *)block);
        arena->last = block->previous;
        arena->hooks->release(arena->hooks->owner, block, block->bytes);
    }
}
