/* SPDX-License-Identifier: MIT */
/* page_tag.h -- tags (PCID) say which table an entry that the processor holds is from, so that a
 * load of cr3 need not drop what it holds of others. Decided here, and done by page_flush.c: which
 * tag a table has, and what must be dropped when it changes. Pure, as QEMU's TCG has no tags: the
 * host's test runs it against a model of the processor. Intel SDM volume 3, 4.10.
 *
 * A table's tag is its own until it ends, and is given on with nothing held under it; so a tag
 * needs no generation. Tag 0 is the kernel's table's, and of all that found none: their loads drop
 * what is held under it. */
#ifndef MACHINE_PAGE_TAG_H
#define MACHINE_PAGE_TAG_H

#include "machine/types.h"

#define PAGE_TAGS 4096

struct page_tags {
    bool on; /* else every table has tag 0 */
    uint64_t taken[PAGE_TAGS / 64];
};

/* What the processor has: INVPCID drops a tag's entries, and with PGE the kernel's half, which all
 * tags share, is held and dropped for all of them at once. Tags are on where it has all three. */
void page_tags_init(struct page_tags *tags, bool pcid, bool invpcid, bool pge);

/* What cr3 is loaded with for a new table with this root: its tag in the lowest bits, and the order
 * to keep what is held under it. With no tag left, its root alone. */
uint64_t page_tag_take(struct page_tags *tags, paddr_t root);
/* Nothing may be held under the tag any more; the table is not loaded. */
void page_tag_give(struct page_tags *tags, uint64_t loads);

/* The tag of a table that cr3 is loaded with so. */
static inline uint64_t page_tag(uint64_t loads) {
    return loads & (PAGE_TAGS - 1);
}

/* How entries that a table no longer has are dropped: */
enum page_drop {
    PAGE_DROP_NOTHING, /* none is held: its loads drop all */
    PAGE_DROP_LOADED,  /* as entries of what is loaded (INVLPG; of all pages: a load of cr3) */
    PAGE_DROP_TAGGED,  /* as entries of its tag (INVPCID) */
};

/* Of one page, and of all pages; `loads` is the table's, cr3 the register's. */
enum page_drop page_drop_page(uint64_t loads, uint64_t cr3);
enum page_drop page_drop_space(uint64_t loads, uint64_t cr3);

#endif
