/* SPDX-License-Identifier: MIT */
/* harder.h -- what tests make the kernel live with (../../books_call.h): the linker puts these in
 * front of its copies from users and of its allocations (--wrap). */
#ifndef TESTS_EXO_HARDER_H
#define TESTS_EXO_HARDER_H

#include <stdint.h>

void harder_set(uint64_t how);
/* How many of the n before were not reached. */
uint64_t harder_fail(uint64_t n);

#endif
