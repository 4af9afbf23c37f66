/* SPDX-License-Identifier: MIT */
/* code_region.h -- regions of a process's code that its threads are not interrupted in by each
 * other (SPIN's CodeRegions; Bershad, Redell and Ellis, ASPLOS 1992): restartable atomic sequences,
 * and such as keep the processor. thread_abi.h has what the process sees of them. */
#ifndef SPIN_SERVICES_CODE_REGION_H
#define SPIN_SERVICES_CODE_REGION_H

#include "machine/types.h"
#include "spin/thread_abi.h"

/* The process whose address space is loaded, and which has threads, has these n regions, by their
 * address there, and no others. 0, -E_TOO_LONG, -E_FAULT, -E_NO_MEMORY. */
long code_regions_set(vaddr_t regions, uint64_t n);
/* It has none. */
void code_regions_clear(void);

#endif
