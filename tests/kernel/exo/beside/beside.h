/* SPDX-License-Identifier: MIT */
/* beside.h -- a check that is a program of its own, in an environment beside this one. */
#ifndef TESTS_EXO_BESIDE_H
#define TESTS_EXO_BESIDE_H

#include <stdint.h>

struct check;

/* Runs the program with so much kernel memory, and what it is told, to its end: the check fails
 * unless it says 0. All its frames come back before this returns. Skipped where there is too little
 * memory. */
void beside_run(struct check *c, const char *program, uint64_t which, uint64_t kernel_frames);

#endif
