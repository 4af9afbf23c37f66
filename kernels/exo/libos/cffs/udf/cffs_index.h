/* SPDX-License-Identifier: MIT */
/* cffs_index.h -- the functions of an index: 64 blocks of type CHILD a window. Its owner may change
 * it, else its parent is asked. */
#include "exo/libos/cffs/cffs_format.h"
#include "exo/xn/type/udf_words.h"

XN_FUNCTION(owns)
unsigned long owns(const unsigned char *window, unsigned long index, struct xn_extent *out) {
    (void)index;
    return xn_words_own(window, CFFS_INDEX_WINDOW / 4, CHILD, out);
}

XN_FUNCTION(acl)
unsigned long acl(const unsigned char *old, const unsigned char *proposed,
                  const struct xn_request *request) {
    const struct cffs_head *head = (const void *)old;
    (void)proposed;
    if (request->operation == XN_READ || request->operation == XN_LOOK)
        return XN_ACL_YES;
    return head->magic == CFFS_MAGIC && cffs_stands_for(request->credential, head->owner)
               ? XN_ACL_YES
               : XN_ACL_PARENT;
}

XN_FUNCTION(drop)
unsigned long drop(const unsigned char *window, unsigned long index, const struct xn_extent *child,
                   struct xn_changes *out) {
    (void)index;
    return xn_words_drop(window, CFFS_INDEX_WINDOW / 4, child, out);
}
