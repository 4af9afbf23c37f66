/* SPDX-License-Identifier: MIT */
/* fuzz_hooks.h -- memory for what a fuzzer tests of a kernel: each allocation is the host's, so
 * that the sanitizers see what is lost or overrun. */
#ifndef TESTS_FUZZ_HOOKS_H
#define TESTS_FUZZ_HOOKS_H

#include "engine/hooks.h"

#include <stdbool.h>
#include <stdlib.h>

/* What does not hold is the fuzzer's find. */
static inline void demand(bool holds) {
    if (!holds)
        abort();
}

static inline void *fuzz_allocate(void *owner, size_t bytes) {
    (void)owner;
    return calloc(1, bytes);
}

static inline void fuzz_release(void *owner, void *memory, size_t bytes) {
    (void)owner;
    (void)bytes;
    free(memory);
}

static const struct hooks hooks = {.allocate = fuzz_allocate, .release = fuzz_release};

#endif
