/* SPDX-License-Identifier: MIT */
/* fault.h -- `fault` records: an environment killed by a trap, the kernel's own panic. */
#ifndef EXO_KERNEL_FAULT_H
#define EXO_KERNEL_FAULT_H

#include "machine/trap.h"

/* The current environment took this trap, and nobody handles it. address is a page fault's. */
void fault_report(const struct trap_frame *f, uint64_t address);

/* From now on a panic sends its record before the machine ends. */
void fault_report_panics(void);

#endif
