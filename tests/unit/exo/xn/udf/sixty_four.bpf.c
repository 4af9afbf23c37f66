/* SPDX-License-Identifier: MIT */
/* sixty_four.bpf.c -- 64 extents a window, each copied as one number. */
#include "exo/xn/type/udf.h"

#define POINTERS 64

XN_FUNCTION(owns)
unsigned long owns(const unsigned char *window, unsigned long index, struct xn_extent *out) {
    const unsigned long *pointer = (const void *)window;
    unsigned long *owned = (void *)out, n = 0;
    (void)index;
    for (int i = 0; i < POINTERS; i++)
        if (pointer[i])
            owned[n++ & (POINTERS - 1)] = pointer[i];
    return n;
}
