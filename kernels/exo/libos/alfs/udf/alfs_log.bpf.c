/* SPDX-License-Identifier: MIT */
/* alfs_log.bpf.c -- what a slot of the log owns: one extent, if it is an extent's record. Its
 * parent, the root, is asked who may. */
#include "exo/libos/alfs/alfs_format.h"

XN_FUNCTION(owns)
unsigned long owns(const unsigned char *window, unsigned long index, struct xn_extent *out) {
    unsigned long extent = *(const unsigned long *)window;
    (void)index;
    if (!extent)
        return 0;
    *(unsigned long *)out = extent;
    return 1;
}

/* What is owned twice after a crash was being moved, all of it. */
XN_FUNCTION(drop)
unsigned long drop(const unsigned char *window, unsigned long index, const struct xn_extent *child,
                   struct xn_changes *out) {
    (void)window, (void)index, (void)child;
    out->count = 1;
    out->change[0].at = 0;
    out->change[0].bytes = sizeof *child;
    for (unsigned long i = 0; i < sizeof *child; i++)
        out->bytes[i] = 0;
    return 1;
}
