/* SPDX-License-Identifier: MIT */
/* sort.c -- heapsort (Williams 1964, Floyd's construction). */
#include "engine/assert.h"
#include "engine/base/sort.h"

/* Makes the heap below `at` whole again: every number is not before those under it. */
static void sift(uint32_t *number, uint32_t at, uint32_t n, sort_before *before, const void *of) {
    for (;;) {
        uint32_t child = 2 * at + 1;
        if (child >= n)
            return;
        if (child + 1 < n && before(of, number[child], number[child + 1]))
            child++;
        if (!before(of, number[at], number[child]))
            return;
        uint32_t swap = number[at];
        number[at] = number[child];
        number[child] = swap;
        at = child;
    }
}

void sort_numbers(uint32_t *number, uint32_t count, sort_before *before, const void *of) {
    uint32_t n = count;
    for (uint32_t i = n / 2; i-- > 0;)
        sift(number, i, n, before, of);
    while (n > 1) {
        uint32_t last = number[--n];
        number[n] = number[0];
        number[0] = last;
        sift(number, 0, n, before, of);
    }
    for (uint32_t i = 1; i < count; i++)
        ENGINE_ASSERT(!before(of, number[i], number[i - 1]), "%u of %u is out of order", i, count);
}
