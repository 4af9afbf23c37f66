/* SPDX-License-Identifier: MIT */
/* trap_fault.h -- the event Trap.Fault, raised by each exception in user mode that no part of the
 * kernel handles. Its intrinsic handler ends the process with a `fault` record. */
#ifndef SPIN_CORE_TRAP_FAULT_H
#define SPIN_CORE_TRAP_FAULT_H

#include "machine/trap/trap.h"
#include "spin/core/event.h"

/* address is a page fault's, else 0. A handler that returns goes back to f. */
EVENT_DECLARE(trap_fault, void, (struct trap_frame * f, uint64_t address));

void trap_fault_init(void);

#endif
