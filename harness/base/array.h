/* SPDX-License-Identifier: MIT */
/* array.h -- arrays that grow by one, with no capacity to keep: room is doubled whenever the count
 * reaches a power of two.
 *
 *     run->rows = array_grow(run->rows, run->row_count, sizeof *run->rows);
 *     run->rows[run->row_count++] = row; */
#ifndef HARNESS_ARRAY_H
#define HARNESS_ARRAY_H

#include <stdlib.h>

/* ITEMS, which holds COUNT items of SIZE bytes and was grown by nothing else, with room for one
 * more. Out of memory ends the process. */
static inline void *array_grow(void *items, size_t count, size_t size) {
    if (count & (count - 1))
        return items;
    items = reallocarray(items, count ? 2 * count : 1, size);
    if (!items)
        abort();
    return items;
}

#endif
