/* SPDX-License-Identifier: MIT */
/* sampled_timer.h -- the timer as a check's own: while it is kept, whoever else arms or stops it
 * does nothing. The linker puts this in front of both (--wrap) in images of tests. */
#ifndef TESTS_SAMPLED_TIMER_H
#define TESTS_SAMPLED_TIMER_H

#include <stdbool.h>
#include <stdint.h>

extern bool timer_kept;

void __wrap_timer_arm_ns(uint64_t ns);
void __real_timer_arm_ns(uint64_t ns);
void __wrap_timer_stop(void);
void __real_timer_stop(void);

#endif
