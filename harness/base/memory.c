/* SPDX-License-Identifier: MIT */
/* memory.c -- see memory.h. */
#include "base/memory.h"
#include "base/assert.h"

#include <stdlib.h>
#include <unistd.h>

void memory_exhausted(void) {
    static const char words[] = "exospin: no memory is left; see `ulimit -v` and what else runs\n";
    if (write(STDERR_FILENO, words, sizeof words - 1) < 0)
        _exit(1); /* nobody hears it */
    abort();
}

void *memory_new(size_t count, size_t size) {
    assert_that(size > 0);
    void *items = calloc(count ? count : 1, size ? size : 1);
    if (!items)
        memory_exhausted();
    return items;
}

void *memory_resize(void *items, size_t count, size_t size) {
    assert_that(size > 0);
    items = reallocarray(items, count ? count : 1, size ? size : 1);
    if (!items)
        memory_exhausted();
    return items;
}

void *array_grow(void *items, size_t count, size_t size) {
    assert_that(items || !count);
    return count & (count - 1) ? items : memory_resize(items, count ? 2 * count : 1, size);
}
