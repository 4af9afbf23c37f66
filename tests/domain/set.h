/* SPDX-License-Identifier: MIT */
/* set.h -- sets of short numbers as they are: a bit for each number that is in. */
#ifndef DOMAIN_SET_H
#define DOMAIN_SET_H

#include "engine/verify/scalar.h"

#define NUMBERS (1u << NUMBER_BITS)
#define HALVES  (1u << HALF_BITS)

typedef uint64_t set;
#define SET_ALL (~(set)0 >> (64 - NUMBERS))

void set_init(void);
/* What an abstract number stands for: the numbers that all its views allow. */
set set_of(const struct scalar *s);
/* The best that this domain can say of s, which is not empty: each view as narrow as s lets
 * it be. */
struct scalar set_best(set s);

#endif
