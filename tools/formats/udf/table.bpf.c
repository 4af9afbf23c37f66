/* SPDX-License-Identifier: MIT */
/* table.bpf.c -- the blocks whose entries are set, if this is the first block of the table. */
#include "format_udf.h"

XN_FUNCTION(owns)
unsigned long owns(const unsigned char *window, unsigned long index, struct xn_extent *out) {
    unsigned long n = 0, first = index * 128 | 1ul << 32 | (unsigned long)XN_BYTES << 48;
    for (unsigned i = 0; i < 128; i++)
        if (word(window + 4 * i) && n < MOST)
            ((unsigned long *)out)[n++] = first + i;
    return n;
}
