/* SPDX-License-Identifier: MIT */
/* alfs_index.bpf.c -- what an index owns: 64 blocks of the log a window. Its parent, the root, is
 * asked who may. */
#include "exo/libos/alfs/alfs_format.h"
#include "exo/xn/type/udf_words.h"

XN_FUNCTION(owns)
unsigned long owns(const unsigned char *window, unsigned long index, struct xn_extent *out) {
    (void)index;
    return xn_words_own(window, ALFS_ADDRESSES, ALFS_LOG, out);
}

XN_FUNCTION(drop)
unsigned long drop(const unsigned char *window, unsigned long index, const struct xn_extent *child,
                   struct xn_changes *out) {
    (void)index;
    return xn_words_drop(window, ALFS_ADDRESSES, child, out);
}
