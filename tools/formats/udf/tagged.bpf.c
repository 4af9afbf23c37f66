/* SPDX-License-Identifier: MIT */
/* tagged.bpf.c -- the addresses of places that hold addresses. */
#include "format_udf.h"

XN_FUNCTION(owns)
unsigned long owns(const unsigned char *window, unsigned long index, struct xn_extent *out) {
    unsigned long n = 0;
    (void)index;
    for (int place = 0; place < 8; place++)
        for (int i = 0; i < 8 && window[64 * place] == 1; i++)
            n = emit(out, n, word(window + 64 * place + 8 + 4 * i), XN_BYTES);
    return n;
}
