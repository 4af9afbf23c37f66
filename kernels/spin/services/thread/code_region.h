/* SPDX-License-Identifier: MIT */
/* code_region.h -- regions of a process's code that its threads are not interrupted in by each
 * other (SPIN's CodeRegions; Bershad, Redell and Ellis, ASPLOS 1992): restartable atomic sequences,
 * and such as keep the processor. thread_abi.h has what the process sees of them. */
#ifndef SPIN_SERVICES_CODE_REGION_H
#define SPIN_SERVICES_CODE_REGION_H

#include "lib/list.h"
#include "machine/types.h"
#include "spin/thread_abi.h"

/* A process's; zeros: it has none. */
struct code_regions {
    struct list all; /* of all processes that have some */
    const struct address_space *of;
    uint64_t n;
    struct user_thread_region region[USER_THREAD_REGIONS_MAX];
};

/* The process whose address space is loaded has these n regions, by their address there, and no
 * others. 0, -E_TOO_LONG, -E_FAULT, -E_NO_MEMORY. */
long code_regions_set(struct code_regions *r, vaddr_t regions, uint64_t n);
/* It has none. */
void code_regions_clear(struct code_regions *r);

#endif
