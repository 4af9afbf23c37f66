/* SPDX-License-Identifier: MIT */
/* delta.bpf.c -- a first address and distances. */
#include "format_udf.h"

XN_FUNCTION(owns)
unsigned long owns(const unsigned char *window, unsigned long index, struct xn_extent *out) {
    unsigned long n = 0;
    unsigned block = 0;
    (void)index;
    for (unsigned i = 0; i < 6 && i < window[4]; i++) {
        block += word(window + (i ? 4 + 4 * i : 0));
        n = emit(out, n, block, XN_BYTES);
    }
    return n;
}
