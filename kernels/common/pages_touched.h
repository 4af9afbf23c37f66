/* SPDX-License-Identifier: MIT */
/* pages_touched.h -- which pages of the kernel's memory its processor has read or written, as it
 * notes itself in the entries of the direct map: what devices do there is none of it. For tests and
 * rows. */
#ifndef COMMON_PAGES_TOUCHED_H
#define COMMON_PAGES_TOUCHED_H

#include "machine/cpu/x86.h"
#include "machine/memory/page_entry.h"

static inline uint64_t *page_touched_entry(vaddr_t at) {
    return page_entry_make(&page_table_kernel, at, 0, ENTRY_WRITE);
}

/* From now on, of so many pages, the first of which is at `first`. 0 or -E_NO_MEMORY. */
static inline int pages_touched_begin(const void *first, unsigned pages) {
    vaddr_t at = (vaddr_t)first;
    for (; pages--; at += PAGE_SIZE) {
        int error = page_split_direct(PADDR(at - DIRECT_BASE));
        if (error)
            return error;
        *page_touched_entry(at) &= ~(ENTRY_ACCESSED | ENTRY_DIRTY);
        invlpg(at);
    }
    return 0;
}

/* How many bytes those have that were touched since. */
static inline unsigned long pages_touched(const void *first, unsigned pages) {
    vaddr_t at = (vaddr_t)first;
    unsigned long bytes = 0;
    for (; pages--; at += PAGE_SIZE)
        bytes += *page_touched_entry(at) & ENTRY_ACCESSED ? PAGE_SIZE : 0;
    return bytes;
}

#endif
