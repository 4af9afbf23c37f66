/* SPDX-License-Identifier: MIT */
/* interpreter_watch.c -- the interpreter once more, asking a watcher before each step and each
 * access. Tests, tools and fuzzers link it; kernels leave it out. */
#define WATCHED
#include "engine/run/interpreter.c" /* NOLINT(bugprone-suspicious-include) */
