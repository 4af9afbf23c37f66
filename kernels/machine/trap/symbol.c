/* SPDX-License-Identifier: MIT */
/* symbol.c -- the image's own table of its functions (boot/symbols makes it between the two passes
 * of the link). */
#include "machine/trap/panic_trace.h"

#include "machine/image.h"

struct symbol {
    uint32_t at, name; /* low half of its address; offset into symbol_names */
};
extern const uint32_t symbol_count;
extern const struct symbol symbol_table[]; /* ascending */
extern const char symbol_names[];

const char *symbol_find(uint64_t at, uint64_t *offset) {
    if (at < (uint64_t)text_start || at >= (uint64_t)text_end)
        return NULL;
    uint32_t wanted = (uint32_t)at, low = 0, high = symbol_count;
    while (low < high) { /* the first symbol behind the address */
        uint32_t middle = low + (high - low) / 2;
        if (symbol_table[middle].at <= wanted)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0)
        return NULL;
    *offset = wanted - symbol_table[low - 1].at;
    return symbol_names + symbol_table[low - 1].name;
}
