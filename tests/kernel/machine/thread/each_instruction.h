/* SPDX-License-Identifier: MIT */
/* each_instruction.h -- an operation with the timer at every instruction of it: it is armed for one
 * instruction later each time, until it would come when all is over. Whom it interrupts must go on
 * as if nothing had been. An instruction is a nanosecond under icount. */
#ifndef TESTS_MACHINE_EACH_INSTRUCTION_H
#define TESTS_MACHINE_EACH_INSTRUCTION_H

#include "machine/thread/thread.h"
#include "measure/bench.h"

/* The first invariant that did not hold, or null. */
extern const char *violation;
void hold(bool holds, const char *what);

/* Holds that the current thread is on its own stack, and the next entry from user mode will be. */
void check_current(void);

/* Runs operation() with the timer armed for 1 ns, 2 ns, ... and when it comes step(), on another
 * thread, until it does not come any more; before each begin(), if not null, without the timer.
 * Gives how many delays that were; 0 if something was not right, and the check has failed, or no
 * clock counts instructions, and it is skipped. */
unsigned at_each_instruction(struct check *c, void (*begin)(void), void (*operation)(void),
                             void (*step)(void));

/* Makes a stack wait in the pool, for the thread of step(): it will take no frame then. */
void fill_pool(void);

#endif
