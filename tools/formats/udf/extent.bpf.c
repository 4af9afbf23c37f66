/* SPDX-License-Identifier: MIT */
/* extent.bpf.c -- logical block, length, address. */
#include "format_udf.h"

XN_FUNCTION(owns)
unsigned long owns(const unsigned char *window, unsigned long index, struct xn_extent *out) {
    unsigned long n = 0;
    (void)index;
    for (int i = 0; i < 8; i++) {
        unsigned long before = n;
        n = emit(out, n, word(window + 12 * i + 8), XN_BYTES);
        if (n != before && before < MOST)
            out[before].count = (unsigned short)word(window + 12 * i + 4);
    }
    return n;
}
