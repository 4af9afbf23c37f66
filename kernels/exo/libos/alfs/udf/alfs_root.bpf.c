/* SPDX-License-Identifier: MIT */
/* alfs_root.bpf.c -- what the root owns: 64 indexes a window; and who may change the file system:
 * its owner (alfs_format.h). */
#include "exo/libos/alfs/alfs_format.h"
#include "exo/xn/type/udf_words.h"

XN_FUNCTION(owns)
unsigned long owns(const unsigned char *window, unsigned long index, struct xn_extent *out) {
    (void)index;
    return xn_words_own(window, ALFS_ADDRESSES, ALFS_INDEX, out);
}

XN_FUNCTION(acl)
unsigned long acl(const unsigned char *old, const unsigned char *proposed,
                  const struct xn_request *request) {
    const struct alfs_head *head = (const void *)old;
    (void)proposed;
    return alfs_stands_for(request->credential, head->owner) || request->operation == XN_READ ||
                   request->operation == XN_LOOK
               ? XN_ACL_YES
               : XN_ACL_NO;
}

XN_FUNCTION(drop)
unsigned long drop(const unsigned char *window, unsigned long index, const struct xn_extent *child,
                   struct xn_changes *out) {
    (void)index;
    return xn_words_drop(window, ALFS_ADDRESSES, child, out);
}
