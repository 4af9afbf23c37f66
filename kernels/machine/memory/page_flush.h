/* SPDX-License-Identifier: MIT */
/* page_flush.h -- what the processor still holds of a table's entries after they were changed. It
 * holds entries of the table that is loaded; where it can tag them with the table they are from
 * (PCID, and INVPCID to drop them), also those of tables that were loaded before. An entry that was
 * not present is never held. */
#ifndef MACHINE_PAGE_FLUSH_H
#define MACHINE_PAGE_FLUSH_H

#include "machine/memory/page_table.h"

/* Switches tags on where the processor has them. The kernel's table must be loaded. */
void page_flush_init(void);
/* How many there are; 0: they are off. */
unsigned page_flush_tags(void);
/* A table that is new: fills in t->loads. One that ends: nothing of it is held any more. */
void page_flush_add(struct page_table *t);
void page_flush_remove(const struct page_table *t);

/* Drops what is held of this page, of all pages of the table's lower half, of everything, the
 * kernel's half included. */
void page_flush(const struct page_table *t, vaddr_t at);
void page_flush_space(const struct page_table *t);
void page_flush_all(void);

/* Pages of one table, dropped at once: one by one, or all of the table's where they are many. */
#define PAGE_FLUSH_MAX 32

/* So many that follow each other. */
void page_flush_range(const struct page_table *t, vaddr_t at, size_t pages);

struct page_flush_queue {
    const struct page_table *table;
    size_t count; /* more than PAGE_FLUSH_MAX: the first so many are listed */
    vaddr_t page[PAGE_FLUSH_MAX];
};

static inline void page_flush_begin(struct page_flush_queue *q, const struct page_table *t) {
    q->table = t;
    q->count = 0;
}

static inline void page_flush_later(struct page_flush_queue *q, vaddr_t at) {
    if (q->count < PAGE_FLUSH_MAX)
        q->page[q->count] = at;
    q->count++;
}

/* Until then the old entries may still be used. The queue is empty afterwards. */
void page_flush_now(struct page_flush_queue *q);

#endif
