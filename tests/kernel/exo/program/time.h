/* SPDX-License-Identifier: MIT */
/* time.h -- the attacker's ways to keep the processor (attacks.h). */
#ifndef TESTS_EXO_PROGRAM_TIME_H
#define TESTS_EXO_PROGRAM_TIME_H

#include "attacks.h"

#include <stdint.h>

/* Sleeps until the word at this address is not 0, by a predicate; 77. */
uint64_t sleep_by(uint64_t at);

_Noreturn void attack_time(enum attack attack, uint64_t creator);

#endif
