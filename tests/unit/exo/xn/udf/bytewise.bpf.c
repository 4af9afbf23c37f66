/* SPDX-License-Identifier: MIT */
/* bytewise.bpf.c -- one pointer, its bytes in the other order. */
#include "exo/xn/type/udf.h"

XN_FUNCTION(owns)
unsigned long owns(const unsigned char *window, unsigned long index, struct xn_extent *out) {
    (void)index;
    unsigned int block = 0;
    for (int i = 0; i < 4; i++)
        block = block << 8 | window[i];
    if (!block)
        return 0;
    out->block = block;
    out->count = 1;
    out->type = XN_BYTES;
    out->zero = 0;
    return 1;
}
