/* SPDX-License-Identifier: MIT */
/* binary_search.c -- where in 1,024 ascending values the first one stands that is not below the
 * wanted one; 1,023 if none before the last is. Halves the range ten times, whatever is found. */
#include "contexts.h"

longest binary_search(const struct search_context *c);
longest binary_search(const struct search_context *c) {
    word low = 0;
    for (word half_range = SEARCH_VALUES / 2; half_range; half_range /= 2)
        if (c->value[(low + half_range - 1) & (SEARCH_VALUES - 1)] < c->wanted)
            low += half_range;
    return low;
}
