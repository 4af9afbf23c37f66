/* SPDX-License-Identifier: MIT */
/* node.bpf.c -- so many children as the node says. */
#include "format_udf.h"

XN_FUNCTION(owns)
unsigned long owns(const unsigned char *window, unsigned long index, struct xn_extent *out) {
    unsigned long n = 0;
    (void)index;
    for (unsigned i = 0; i < 12 && i < word(window); i++)
        n = emit(out, n, word(window + 8 + 8 * i), XN_BYTES);
    return n;
}
