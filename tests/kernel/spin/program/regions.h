/* SPDX-License-Identifier: MIT */
/* regions.h -- two threads that are in each other's way. */
#ifndef TESTS_SPIN_PROGRAM_REGIONS_H
#define TESTS_SPIN_PROGRAM_REGIONS_H

#include <stdint.h>

#include "attacks.h"

/* What the process exits with; 0: the kernel has no threads. */
uint64_t end_with_regions(enum regions how);

#endif
