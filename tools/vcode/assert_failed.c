/* SPDX-License-Identifier: MIT */
/* assert_failed.c -- the end of a program in which one of the engine's invariants does not hold. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#ifndef ENGINE_ASSERTS
#define ENGINE_ASSERTS
#endif
#include "engine/assert.h"

void engine_assert_failed(const char *file, int line, const char *what, const char *format, ...) {
    va_list args;
    va_start(args, format);
    fprintf(stderr, "%s:%d: the engine's invariant does not hold: %s: ", file, line, what);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    abort();
}
