/* SPDX-License-Identifier: MIT */
/* checker.h -- abstract against concrete: a program that the verifier accepted runs, and before
 * every instruction the registers and the stack must be a case of something that the verifier saw
 * there; each access must lie in the program's own memory; the run must cost no more than was
 * proven. */
#ifndef SOUNDNESS_CHECKER_H
#define SOUNDNESS_CHECKER_H

#include "engine/program.h"
#include "generate.h"

#define CHECKER_TEXT 512

enum checked { CHECKED_REFUSED, CHECKED_FINE, CHECKED_WRONG, CHECKED_TOO_LONG };

/* Verifies a program of typed.h and, if it is accepted, runs it `runs` times on random input. After
 * CHECKED_WRONG the text says what was violated. */
enum checked checker_run(struct program *program, struct random *random, unsigned runs,
                         char text[CHECKER_TEXT]);

#endif
