/* SPDX-License-Identifier: MIT */
/* range_set.h -- ranges of pages in one address space, by address; none overlaps another. A range
 * stands at the beginning of what has it, whose memory is its owner's. Found in logarithmic time;
 * taking one in or out moves the pointers behind it, of which there are at most RANGES_MAX. */
#ifndef SPIN_CORE_RANGE_SET_H
#define SPIN_CORE_RANGE_SET_H

#include "lib/list.h"
#include "machine/types.h"

#define RANGES_MAX 4096

struct range {
    vaddr_t at;
    size_t pages; /* at least 1 */
};

/* All zero is an empty one. */
struct range_set {
    struct range **range;
    size_t count, room;
};

static inline vaddr_t range_end(const struct range *r) {
    return r->at + r->pages * PAGE_SIZE;
}

/* 0; -E_INVALID: no pages of user space, page-aligned; -E_EXISTS: a page of it is another's;
 * -E_FULL: there are RANGES_MAX; -E_NO_MEMORY. */
int range_set_add(struct range_set *set, struct range *r);
void range_set_remove(struct range_set *set, const struct range *r);

/* The range that this address lies in, or null. */
struct range *range_set_find(const struct range_set *set, vaddr_t at);
/* The place in set->range of the first one that ends above `at`; set->count: none does. */
size_t range_set_from(const struct range_set *set, vaddr_t at);
/* The lowest address from `from` on at which so many pages (at least 1) are nobody's, below
 * USER_TOP; 0: there is no such. `from` is a page's, not the first. */
vaddr_t range_set_gap(const struct range_set *set, vaddr_t from, size_t pages);

/* The set's own memory goes; it is empty. */
void range_set_release(struct range_set *set);

#endif
