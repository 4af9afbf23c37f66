/* SPDX-License-Identifier: MIT */
/* endless.bpf.c -- ends by itself, but not soon. */
#include "exo/xn/type/udf.h"

XN_FUNCTION(owns)
unsigned long owns(const unsigned char *window, unsigned long index, struct xn_extent *out) {
    unsigned long sum = index;
    (void)out;
    for (int i = 0; i < 500; i++)
        sum = sum * 31 + window[sum % 64];
    return sum == 1;
}
