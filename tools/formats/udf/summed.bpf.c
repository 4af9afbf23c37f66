/* SPDX-License-Identifier: MIT */
/* summed.bpf.c -- nothing unless the sum is right. */
#include "format_udf.h"

XN_FUNCTION(owns)
unsigned long owns(const unsigned char *window, unsigned long index, struct xn_extent *out) {
    unsigned long n = 0;
    unsigned sum = 0x5a5a5a5a;
    (void)index;
    for (int i = 0; i < 8; i++)
        sum ^= word(window + 4 + 4 * i);
    if (sum != word(window))
        return 0;
    for (int i = 0; i < 8; i++)
        n = emit(out, n, word(window + 4 + 4 * i), XN_BYTES);
    return n;
}
