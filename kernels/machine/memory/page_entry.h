/* SPDX-License-Identifier: MIT */
/* page_entry.h -- one entry of a page table and the walk down to it: what the sources of page
 * tables share. Level 0 is the page table proper (4 KiB pages), level 3 the root. */
#ifndef MACHINE_PAGE_ENTRY_H
#define MACHINE_PAGE_ENTRY_H

#include "machine/memory/page.h"

#define ENTRY_PRESENT  (1ul << 0)
#define ENTRY_WRITE    (1ul << 1)
#define ENTRY_USER     (1ul << 2)
#define ENTRY_UNCACHED (1ul << 4 | 1ul << 3)
/* Bits that stand in rights as they do here: how it is cached, and the software's. */
#define ENTRY_AS_RIGHTS (ENTRY_UNCACHED | 7ul << 9)
#define ENTRY_ACCESSED  (1ul << 5)
#define ENTRY_DIRTY     (1ul << 6)
#define ENTRY_LARGE     (1ul << 7)
#define ENTRY_GLOBAL    (1ul << 8)
#define ENTRY_NX        (1ul << 63)
#define ENTRY_FRAME     0x000ffffffffff000ul

#define LEVELS     4
#define ROOT_LEVEL 3

static inline unsigned level_shift(unsigned level) {
    return PAGE_SHIFT + 9 * level;
}

static inline uint64_t *entry_table(uint64_t entry) {
    return direct(PADDR(entry & ENTRY_FRAME));
}

static inline unsigned entry_index(vaddr_t at, unsigned level) {
    return at >> level_shift(level) & 511;
}

/* The entry for `at` in the table of this level. Tables that are missing on the way are made, with
 * `rights` (ENTRY_WRITE, ENTRY_USER) in the entries that lead to them. Null when no frame is left,
 * or a large page is in the way. */
uint64_t *page_entry_make(struct page_table *t, vaddr_t at, unsigned level, uint64_t rights);

/* The leaf's bits for a user page; 0 for rights that no page may have. */
uint64_t page_leaf_bits(unsigned rights);
/* The present leaf entry of a user page, or null. */
uint64_t *page_user_leaf(struct page_table *t, vaddr_t at);

/* Pages that follow each other and whose leaf entries do so, too: they lie in one table. */
struct leaves {
    uint64_t *entry; /* null: there is no such table */
    vaddr_t end;     /* of them; or of what the missing table would show */
};
/* Those from this page of user space on, up to `end`: at least one. One walk, however many. */
struct leaves page_user_leaves(const struct page_table *t, vaddr_t at, vaddr_t end);

/* The frame stays, and what the processor noted of it. */
static inline void page_leaf_change(uint64_t *e, uint64_t bits) {
    const uint64_t kept = ENTRY_FRAME | ENTRY_ACCESSED | ENTRY_DIRTY;
    *e = (*e & kept) | bits;
}

#endif
