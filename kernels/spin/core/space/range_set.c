/* SPDX-License-Identifier: MIT */
/* range_set.c -- see range_set.h. A sorted array of pointers. */
#include "spin/core/space/range_set.h"

#include "lib/error.h"
#include "lib/string.h"
#include "machine/memory/heap.h"
#include "machine/report/panic.h"

#define ROOM_AT_FIRST 16

size_t range_set_from(const struct range_set *set, vaddr_t at) {
    size_t low = 0, high = set->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (range_end(set->range[middle]) > at)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

struct range *range_set_find(const struct range_set *set, vaddr_t at) {
    size_t i = range_set_from(set, at);
    return i < set->count && set->range[i]->at <= at ? set->range[i] : NULL;
}

static bool is_user_range(vaddr_t at, size_t pages) {
    return at % PAGE_SIZE == 0 && at >= PAGE_SIZE && at < USER_TOP && pages > 0 &&
           pages <= (USER_TOP - at) / PAGE_SIZE;
}

static bool make_room(struct range_set *set) {
    size_t room = set->room ? 2 * set->room : ROOM_AT_FIRST;
    if (set->count < set->room)
        return true;
    struct range **range = heap_alloc(room * sizeof(struct range *));
    if (!range)
        return false;
    if (set->count)
        memcpy(range, set->range, set->count * sizeof(struct range *));
    heap_free(set->range, set->room * sizeof(struct range *));
    set->range = range;
    set->room = room;
    return true;
}

int range_set_add(struct range_set *set, struct range *r) {
    if (!is_user_range(r->at, r->pages))
        return -E_INVALID;
    size_t i = range_set_from(set, r->at);
    if (i < set->count && set->range[i]->at < range_end(r))
        return -E_EXISTS;
    if (set->count == RANGES_MAX)
        return -E_FULL;
    if (!make_room(set))
        return -E_NO_MEMORY;
    memmove(&set->range[i + 1], &set->range[i], (set->count - i) * sizeof(struct range *));
    set->range[i] = r;
    set->count++;
    return 0;
}

void range_set_remove(struct range_set *set, const struct range *r) {
    size_t i = range_set_from(set, r->at);
    assert_that(i < set->count && set->range[i] == r);
    set->count--;
    memmove(&set->range[i], &set->range[i + 1], (set->count - i) * sizeof(struct range *));
}

vaddr_t range_set_gap(const struct range_set *set, vaddr_t from, size_t pages) {
    vaddr_t at = from;
    for (size_t i = range_set_from(set, from); i < set->count; i++) {
        const struct range *r = set->range[i];
        if (r->at > at && pages <= (r->at - at) / PAGE_SIZE)
            return at;
        at = range_end(r);
    }
    return is_user_range(at, pages) ? at : 0;
}

void range_set_release(struct range_set *set) {
    heap_free(set->range, set->room * sizeof(struct range *));
    *set = (struct range_set){0};
}
