/* SPDX-License-Identifier: MIT */
/* fault.h -- `fault` records: a process killed by a trap, the kernel's own panic. */
#ifndef SPIN_CORE_FAULT_H
#define SPIN_CORE_FAULT_H

#include "machine/trap.h"

/* The process called who, whose address space is loaded, took this trap, and nobody handles it.
 * address is a page fault's; expected: a test provoked it. */
void fault_report(const struct trap_frame *f, uint64_t address, const char *who, bool expected);

/* From now on a panic sends its record before the machine ends. */
void fault_report_panics(void);

#endif
