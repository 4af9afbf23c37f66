/* SPDX-License-Identifier: MIT */
/* small_machine.h -- checks that need some MiB of free memory are skipped on a machine without, and
 * those that go through all frames again and again on one with more than 1 GiB. */
#ifndef TESTS_EXO_SMALL_MACHINE_H
#define TESTS_EXO_SMALL_MACHINE_H

#include "exo/libos/exposed.h"
#include "measure/bench.h"

#define SMALL_MACHINE_FRAMES 16384
#define LARGE_MACHINE_FRAMES 262144

/* Whether c is skipped, with its reason. */
static inline bool small_machine(struct check *c) {
    if (env_info()->frames_total >= SMALL_MACHINE_FRAMES)
        return false;
    check_skip(c, "the machine has %lu frames of memory, and this takes %d",
               env_info()->frames_total, SMALL_MACHINE_FRAMES);
    return true;
}

static inline bool large_machine(struct check *c) {
    if (env_info()->frames_total <= LARGE_MACHINE_FRAMES)
        return false;
    check_skip(c, "the machine has %lu frames of memory, and this goes through all of them often",
               env_info()->frames_total);
    return true;
}

#endif
