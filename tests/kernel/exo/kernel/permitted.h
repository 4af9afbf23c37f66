/* SPDX-License-Identifier: MIT */
/* permitted.h -- whether environments have only what access lists let them have: a second reading
 * of capabilities, lists, limits and pins, which asks none of the kernel's own functions for it.
 *
 * Environments in prison (books_call.h) are in cells: what one of them holds begins with 'p' and
 * the cell's number, or with 'p' alone where they are in none. A list that once let one cell in may
 * have changed since; the notes of a frame say which it ever let in. */
#ifndef TESTS_EXO_PERMITTED_H
#define TESTS_EXO_PERMITTED_H

#include "exo/abi.h"
#include "exo/kernel/env/env.h"

/* From here on notes are taken, and a pin of what may not be read ends the machine; and no more. */
void permitted_begin(void);
void permitted_end(void);

/* Null, or who has what it may not have:
 *
 * - an environment in a cell holds only that cell's capabilities, in the cell BOOKS_WEAK none that
 *   may be granted, and is opened by none but its cell's;
 * - what it maps of a frame, or may write there, a list permitted to its cell;
 * - no frame has more mappings and writers than its limits permit, or than it had when they came;
 * - a position of the vector belongs to the cell that it was given to. */
const char *permitted_disagree(void);

#endif
