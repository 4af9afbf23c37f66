/* SPDX-License-Identifier: MIT */
/* page_range.c -- see page_range.h. */
#include "machine/memory/page_range.h"

#include "lib/error.h"
#include "machine/memory/page_entry.h"
#include "machine/memory/page_flush.h"
#include "machine/report/panic.h"

/* The end of so many pages; 0, which no range has, where they are no pages of user space. */
static vaddr_t end_of(vaddr_t at, size_t pages) {
    bool inside = at % PAGE_SIZE == 0 && at >= PAGE_SIZE && at < USER_TOP &&
                  pages <= (USER_TOP - at) / PAGE_SIZE;
    return inside ? at + pages * PAGE_SIZE : 0;
}

/* Maps what lies in the first page's table; gives the end of that, or an error. */
static int map_leaves(struct page_table *t, vaddr_t *at, vaddr_t end, uint64_t leaf) {
    uint64_t *e = page_entry_make(t, *at, 0, ENTRY_WRITE | ENTRY_USER);
    if (!e)
        return -E_NO_MEMORY;
    vaddr_t table_end = page_user_leaves(t, *at, end).end;
    for (; *at < table_end; *at += PAGE_SIZE, leaf += PAGE_SIZE, e++) {
        if (*e & ENTRY_PRESENT)
            return -E_EXISTS;
        *e = leaf;
    }
    return 0;
}

int page_map_range(struct page_table *t, vaddr_t at, paddr_t frame, size_t pages, unsigned rights) {
    uint64_t bits = page_leaf_bits(rights);
    vaddr_t end = end_of(at, pages), next = at;
    if (!end || !bits || frame.at % PAGE_SIZE || frame.at > ENTRY_FRAME - pages * PAGE_SIZE)
        return -E_INVALID;
    while (next < end) {
        int error = map_leaves(t, &next, end, (frame.at + (next - at)) | bits);
        if (error) {
            page_unmap_range(t, at, next, NULL, NULL);
            return error;
        }
    }
    return 0;
}

static bool all_present(const struct leaves *l, vaddr_t at) {
    if (!l->entry)
        return false;
    for (const uint64_t *e = l->entry, *last = e + (l->end - at) / PAGE_SIZE; e < last; e++)
        if (!(*e & ENTRY_PRESENT))
            return false;
    return true;
}

static void change_all(const struct leaves *l, vaddr_t at, uint64_t bits) {
    for (uint64_t *e = l->entry, *last = e + (l->end - at) / PAGE_SIZE; e < last; e++)
        page_leaf_change(e, bits);
}

/* Most ranges lie in one table, which is looked for once. */
int page_protect_range(struct page_table *t, vaddr_t at, size_t pages, unsigned rights) {
    if (pages == 1)
        return page_protect(t, at, rights); /* half as long */
    uint64_t bits = page_leaf_bits(rights);
    vaddr_t end = end_of(at, pages), p = at;
    if (!bits)
        return -E_INVALID;
    if (!end || !pages)
        return pages ? -E_NOT_FOUND : 0;
    const struct leaves first = page_user_leaves(t, at, end);
    struct leaves l = first;
    for (;; l = page_user_leaves(t, p, end)) {
        if (!all_present(&l, p))
            return -E_NOT_FOUND;
        if ((p = l.end) == end)
            break;
    }
    /* Nothing below can fail. */
    for (l = first, p = at;; l = page_user_leaves(t, p, end)) {
        change_all(&l, p, bits);
        if ((p = l.end) == end)
            break;
    }
    page_flush_range(t, at, pages);
    return 0;
}

/* Pages that are unmapped together, and their frames, which must wait for the flush. */
struct unmapping {
    struct page_flush_queue flush;
    paddr_t frame[PAGE_FLUSH_MAX];
};

/* Takes away what is mapped in [at, end) until there is no room for more; gives where
 * it stopped. */
static vaddr_t unmap_some(struct unmapping *u, struct page_table *t, vaddr_t at, vaddr_t end) {
    page_flush_begin(&u->flush, t);
    while (at < end) {
        struct leaves l = page_user_leaves(t, at, end);
        for (uint64_t *e = l.entry; e && at < l.end; at += PAGE_SIZE, e++) {
            if (!(*e & ENTRY_PRESENT))
                continue;
            if (u->flush.count == PAGE_FLUSH_MAX)
                return at;
            u->frame[u->flush.count] = PADDR(*e & ENTRY_FRAME);
            *e = 0;
            page_flush_later(&u->flush, at);
        }
        at = l.end;
    }
    return at;
}

size_t page_unmap_range(struct page_table *t, vaddr_t at, vaddr_t end,
                        void (*gone)(paddr_t frame, void *arg), void *arg) {
    struct unmapping u;
    size_t total = 0;
    at = page_round_down(at);
    end = end < USER_TOP ? end : USER_TOP;
    while (at < end) {
        at = unmap_some(&u, t, at, end);
        size_t count = u.flush.count;
        page_flush_now(&u.flush);
        for (size_t i = 0; gone && i < count; i++)
            gone(u.frame[i], arg);
        total += count;
    }
    return total;
}
