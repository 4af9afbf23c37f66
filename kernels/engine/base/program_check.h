/* SPDX-License-Identifier: MIT */
/* program_check.h -- the invariants of program.h, tried on a program. */
#ifndef ENGINE_PROGRAM_CHECK_H
#define ENGINE_PROGRAM_CHECK_H

#include "engine/assert.h"
#include "engine/program.h"

/* The invariant that the program breaks, in words, or null; *slot is where. */
const char *program_broken(const struct program *p, uint32_t *slot);

/* For code that relies on them. */
#ifdef ENGINE_ASSERTS
static inline void program_assert(const struct program *p, const char *file, int line) {
    uint32_t slot;
    const char *broken = program_broken(p, &slot);
    if (broken && !MUTANT_IS_PLANTED)
        engine_assert_failed(file, line, "program.h", "slot %u: %s", slot, broken);
}
#define PROGRAM_ASSERT(p) program_assert(p, __FILE__, __LINE__)
#else
#define PROGRAM_ASSERT(p) ((void)(p))
#endif

#endif
