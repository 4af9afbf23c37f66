/* SPDX-License-Identifier: MIT */
/* sixty_four.bpf.c -- 64 extents a window, each copied as one number; with the loop written out,
 * how many there can have been before proves each place in `out`. */
#include "exo/xn/type/udf.h"

#define POINTERS 64

XN_FUNCTION(owns)
unsigned long owns(const unsigned char *window, unsigned long index, struct xn_extent *out) {
    const unsigned long *pointer = (const void *)window;
    unsigned long bytes = 0;
    (void)index;
    XN_UNROLL
    for (int i = 0; i < POINTERS; i++) {
        unsigned long extent = pointer[i];
        if (!extent)
            continue;
        *(unsigned long *)((char *)out + bytes) = extent;
        bytes += sizeof *out;
    }
    return bytes / sizeof *out;
}
