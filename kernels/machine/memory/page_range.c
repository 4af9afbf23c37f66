/* SPDX-License-Identifier: MIT */
/* page_range.c -- see page_range.h. */
#include "machine/memory/page_range.h"

#include "lib/error.h"
#include "machine/memory/page_entry.h"
#include "machine/memory/page_flush.h"
#include "machine/report/panic.h"

int page_map_range(struct page_table *t, vaddr_t at, paddr_t frame, size_t pages, unsigned rights) {
    for (size_t i = 0; i < pages; i++) {
        int error = page_map(t, at + i * PAGE_SIZE, paddr_add(frame, i * PAGE_SIZE), rights);
        if (error) {
            page_unmap_range(t, at, at + i * PAGE_SIZE, NULL, NULL);
            return error;
        }
    }
    return 0;
}

int page_protect_range(struct page_table *t, vaddr_t at, size_t pages, unsigned rights) {
    uint64_t bits = page_leaf_bits(rights);
    struct page_flush_queue flush;
    if (!bits)
        return -E_INVALID;
    for (size_t i = 0; i < pages; i++)
        if (!page_user_leaf(t, at + i * PAGE_SIZE))
            return -E_NOT_FOUND;
    /* Nothing below can fail. */
    page_flush_begin(&flush, t);
    for (size_t i = 0; i < pages; i++) {
        page_leaf_change(page_user_leaf(t, at + i * PAGE_SIZE), bits);
        page_flush_later(&flush, at + i * PAGE_SIZE);
    }
    page_flush_now(&flush);
    return 0;
}

/* Pages that are unmapped together, and their frames, which must wait for the flush. */
struct unmapping {
    struct page_table *table;
    vaddr_t next, end; /* what lies before next is gone */
    struct page_flush_queue flush;
    paddr_t frame[PAGE_FLUSH_MAX];
};

/* Takes one page away; false: there is none left before the end, or no room for its frame. */
static bool unmap_one(const struct page_mapping *m, void *arg) {
    struct unmapping *u = arg;
    if (m->at >= u->end)
        return false;
    uint64_t *e = page_user_leaf(u->table, m->at);
    assert_that(e); /* the lower half has no large pages */
    u->frame[u->flush.count] = PADDR(*e & ENTRY_FRAME);
    *e = 0;
    page_flush_later(&u->flush, m->at);
    u->next = m->at + PAGE_SIZE;
    return u->flush.count < PAGE_FLUSH_MAX;
}

size_t page_unmap_range(struct page_table *t, vaddr_t at, vaddr_t end,
                        void (*gone)(paddr_t frame, void *arg), void *arg) {
    struct unmapping u = {.table = t, .next = at, .end = end < USER_TOP ? end : USER_TOP};
    size_t total = 0, count;
    page_flush_begin(&u.flush, t);
    do {
        page_each(t, u.next, unmap_one, &u);
        count = u.flush.count;
        page_flush_now(&u.flush);
        for (size_t i = 0; gone && i < count; i++)
            gone(u.frame[i], arg);
        total += count;
    } while (count == PAGE_FLUSH_MAX);
    return total;
}
