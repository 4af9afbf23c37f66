/* SPDX-License-Identifier: MIT */
/* answers.h -- how often each call of disks was answered in each way, of all environments but the
 * first one: in images of tests something stands in front of these calls (wrapped.h). */
#ifndef TESTS_EXO_ANSWERS_H
#define TESTS_EXO_ANSWERS_H

#include <stdint.h>

/* Of the call of this number: E_NONE is done; else the error. 0 for what is no call of disks. */
uint64_t answers_of(uint64_t number, uint64_t error);

#endif
