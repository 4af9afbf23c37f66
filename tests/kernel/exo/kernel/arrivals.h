/* SPDX-License-Identifier: MIT */
/* arrivals.h -- how long interrupts take that frames which arrived make: in images of tests
 * something stands in front of their handler. */
#ifndef TESTS_EXO_ARRIVALS_H
#define TESTS_EXO_ARRIVALS_H

#include <stdint.h>

/* The longest since this was called last, in ticks of the TSC. */
uint64_t arrivals_longest(void);

#endif
