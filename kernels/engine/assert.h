/* SPDX-License-Identifier: MIT */
/* assert.h -- what must hold whatever a program is like. Tests, campaigns and fuzzers are built
 * with ENGINE_ASSERTS and end at the first invariant that does not hold, with its text and the
 * values that the place names; kernels and measured builds are without, and nothing is evaluated
 * there, nor where a mistake is planted: it has to show in what programs do. */
#ifndef ENGINE_ASSERT_H
#define ENGINE_ASSERT_H

#include "engine/base/mutant.h"

#ifdef ENGINE_ASSERTS
/* The surroundings' (tools/vcode/assert_failed.c). */
void engine_assert_failed(const char *file, int line, const char *what, const char *format, ...)
    __attribute__((noreturn, format(printf, 4, 5)));
#define ENGINE_ASSERT(holds, ...)                                                                  \
    (MUTANT_IS_PLANTED || (holds) ? (void)0                                                        \
                                  : engine_assert_failed(__FILE__, __LINE__, #holds, __VA_ARGS__))
#else
#define ENGINE_ASSERT(holds, ...) ((void)(0 && (holds)))
#endif

#endif
