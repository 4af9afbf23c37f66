/* SPDX-License-Identifier: MIT */
/* beyond.bpf.c -- reads the next window's first byte. */
#include "exo/xn/type/udf.h"

XN_FUNCTION(owns)
unsigned long owns(const unsigned char *window, unsigned long index, struct xn_extent *out) {
    (void)index, (void)out;
    return window[64] == 255;
}
