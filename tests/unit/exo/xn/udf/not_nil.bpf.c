/* SPDX-License-Identifier: MIT */
/* not_nil.bpf.c -- owns a block before anything is written, in its last partition. */
#include "exo/xn/type/udf.h"

XN_FUNCTION(owns)
unsigned long owns(const unsigned char *window, unsigned long index, struct xn_extent *out) {
    out[0].block = 7;
    out[0].count = 1;
    out[0].type = XN_BYTES;
    out[0].zero = 0;
    return index == 1 && !window[0];
}
