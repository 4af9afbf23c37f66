/* SPDX-License-Identifier: MIT */
/* sampled_timer.c -- see sampled_timer.h. */
#include "sampled_timer.h"

bool timer_kept;

void __wrap_timer_arm_ns(uint64_t ns) {
    if (!timer_kept)
        __real_timer_arm_ns(ns);
}

void __wrap_timer_stop(void) {
    if (!timer_kept)
        __real_timer_stop();
}
