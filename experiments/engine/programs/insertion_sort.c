/* SPDX-License-Identifier: MIT */
/* insertion_sort.c -- sorts 64 values into a second array; gives the median. */
#include "contexts.h"

longest insertion_sort(struct sort_context *c);
longest insertion_sort(struct sort_context *c) {
    for (word i = 0; i < SORT_VALUES; i++) {
        word value = c->unsorted[i], j;
        for (j = i; j > 0; j--) {
            word before = c->sorted[j - 1];
            if (before <= value)
                break;
            c->sorted[j] = before;
        }
        c->sorted[j] = value;
    }
    return c->sorted[SORT_VALUES / 2];
}
