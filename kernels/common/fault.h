/* SPDX-License-Identifier: MIT */
/* fault.h -- `fault` records: user code ended by a trap, the kernel's own panic. */
#ifndef COMMON_FAULT_H
#define COMMON_FAULT_H

#include "machine/trap/trap.h"

/* Was a trap the doing of the program that took it, and not the machine's or (TRAP_PANIC) the
 * kernel's? */
bool fault_is_of_program(const struct trap_frame *f);

/* The program called who, whose address space is loaded, took this trap, and nobody handles it.
 * address is a page fault's; expected: a test provoked it. */
void fault_report(const struct trap_frame *f, uint64_t address, const char *who, bool expected);

/* From now on a panic of this system sends its record before the machine ends. */
void fault_report_panics(const char *system);

#endif
