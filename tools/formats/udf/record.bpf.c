/* SPDX-License-Identifier: MIT */
/* record.bpf.c -- the records of kind 1 of a chain. */
#include "format_udf.h"

XN_FUNCTION(owns)
unsigned long owns(const unsigned char *window, unsigned long index, struct xn_extent *out) {
    unsigned long n = 0;
    unsigned at = 0;
    (void)index;
    for (int i = 0; i < 16 && at < 64; i++) {
        const unsigned char *record = window + (at & 63);
        if (record[0] < 2)
            break;
        if (record[1] == 1) {
            unsigned block = 0;
            for (int k = 3; k >= 0; k--)
                block = block << 8 | record[2 + k];
            n = emit(out, n, block, XN_BYTES);
        }
        at += record[0];
    }
    return n;
}
