/* SPDX-License-Identifier: MIT */
/* pointers.h -- the function of a type whose partitions hold POINTERS extents, as the kernel gets
 * it from whoever writes a file system: proven, or signed. */
#include "exo/xn/type/udf.h"

unsigned long owns(const unsigned char *window, unsigned long index, struct xn_extent *out);

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
