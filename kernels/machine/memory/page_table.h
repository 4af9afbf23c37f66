/* SPDX-License-Identifier: MIT */
/* page_table.h -- a table's root, and how the processor is pointed to it. Assembly includes
 * it too. */
#ifndef MACHINE_PAGE_TABLE_H
#define MACHINE_PAGE_TABLE_H

#define PAGE_TABLE_LOADS 8

#ifndef __ASSEMBLER__

#include "machine/types.h"

struct page_table {
    paddr_t root;
    uint64_t loads; /* what cr3 is loaded with: page_flush.c */
    uint64_t owner; /* stands in struct page of each frame that the tables take (frame.h) */
};

#endif
#endif
