/* SPDX-License-Identifier: MIT */
/* interpreter_pausing.c -- the interpreter once more, for programs of what is collected: it asks at
 * each point whether it is to pause, and the collector finds the functions that wait. */
#define PAUSING
#include "engine/run/interpreter.c" /* NOLINT(bugprone-suspicious-include) */
