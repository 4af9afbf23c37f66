/* SPDX-License-Identifier: MIT */
/* page_range.h -- pages of user space that follow each other, changed at once, with one flush at
 * the end. What fails leaves every page as it was. */
#ifndef MACHINE_PAGE_RANGE_H
#define MACHINE_PAGE_RANGE_H

#include "machine/memory/page.h"

/* Maps as many frames from this one on. page_map()'s errors; tables that were made stay. */
int page_map_range(struct page_table *t, vaddr_t at, paddr_t frame, size_t pages, unsigned rights);

/* Changes the rights of all of them. -E_NOT_FOUND: one is not mapped; -E_INVALID
 * as page_protect. */
int page_protect_range(struct page_table *t, vaddr_t at, size_t pages, unsigned rights);

/* Takes away what is mapped in [at, end), holes or not; gives the number of pages. `gone` (may be
 * null) gets the frame of each once no processor can reach it any more: from then on it may be
 * another's. */
size_t page_unmap_range(struct page_table *t, vaddr_t at, vaddr_t end,
                        void (*gone)(paddr_t frame, void *arg), void *arg);

#endif
