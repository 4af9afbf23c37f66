/* SPDX-License-Identifier: MIT */
/* view.h -- what the kernel exposes: the same pages in every address space, read-only, from
 * EXO_INFO on. One page table has them, and its tables are lent to all others. */
#ifndef EXO_KERNEL_VIEW_H
#define EXO_KERNEL_VIEW_H

#include "machine/memory/page.h"

/* Shows the `bytes` bytes from this frame on, whole pages, at `at`. A panic where it cannot.
 * Decides address: what is exposed lies at the same places for all (abi.h). */
void view_add(vaddr_t at, paddr_t first, size_t bytes);

/* A new table shows all that was and will be added. */
void view_lend(struct page_table *t);

#endif
