/* SPDX-License-Identifier: MIT */
/* random_calls.h -- a fuzzer of the system call path, in user code: calls of any number with any
 * arguments, half of them from a pool of bad addresses and lengths. The same seed makes the same
 * calls. */
#ifndef TESTS_RANDOM_CALLS_H
#define TESTS_RANDOM_CALLS_H

#include <stdbool.h>
#include <stdint.h>

#define RANDOM_CALLS 20000

/* The next of the numbers that *state stands for, which is not 0. */
uint64_t random_next(uint64_t *state);
/* A bad address or length, or any word. */
uint64_t random_argument(uint64_t *state);

/* Makes RANDOM_CALLS calls, but none for which skip(number) holds: those would end the program or
 * speak for the machine. Gives how many it made. Numbers are random words, or below `count` + 4. */
unsigned random_calls(uint64_t seed, unsigned count, bool (*skip)(uint64_t number));

#endif
