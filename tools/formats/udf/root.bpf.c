/* SPDX-License-Identifier: MIT */
/* root.bpf.c -- the root of either place, once if it is the same. */
#include "format_udf.h"

XN_FUNCTION(owns)
unsigned long owns(const unsigned char *window, unsigned long index, struct xn_extent *out) {
    unsigned long n = emit(out, 0, word(window + 8), XN_BYTES);
    (void)index;
    if (word(window + 24) != word(window + 8))
        n = emit(out, n, word(window + 24), XN_BYTES);
    return n;
}
