/* SPDX-License-Identifier: MIT */
/* virt_addr.h -- names for memory, with nothing behind them: a run of pages of one address space
 * that is nobody else's there (VirtAddr of Bershad et al., SOSP '95, 4.1). What lies behind is a
 * translation's to say. */
#ifndef SPIN_CORE_VIRT_ADDR_H
#define SPIN_CORE_VIRT_ADDR_H

#include "spin/core/space/range_set.h"

/* Read-only. */
struct virt_addr {
    struct range range;
    struct range_set *space;
    size_t mappings; /* translation.c's: so many lie in it */
};

/* Pages from this address on; at 0: where there is room, from `VIRT_ADDR_LOWEST` on. 0;
 * -E_INVALID: they are not pages of user space; -E_EXISTS: one has a name already; -E_FULL: the
 * space has RANGES_MAX names, or no such gap; -E_NO_MEMORY. */
#define VIRT_ADDR_LOWEST 0x10000000
int virt_addr_allocate(struct range_set *space, vaddr_t at, size_t pages, struct virt_addr **v);
/* -E_EXISTS: something is mapped there. */
int virt_addr_deallocate(struct virt_addr *v);

/* The name that this address has, or null. */
struct virt_addr *virt_addr_find(const struct range_set *space, vaddr_t at);

#endif
