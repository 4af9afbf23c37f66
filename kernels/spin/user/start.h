/* SPDX-License-Identifier: MIT */
/* start.h -- what every program of a user process supplies. */
#ifndef SPIN_USER_START_H
#define SPIN_USER_START_H

#include <stdint.h>

/* The program: a, b and words as process_run() was given them; what it gives back is its exit
 * status. */
uint64_t process_main(uint64_t a, uint64_t b, const char *words);

#endif
