/* SPDX-License-Identifier: MIT */
/* cffs_index.h -- the functions of an index: 64 blocks of type CHILD a window. Its owner may change
 * it, else its parent is asked. */
#include "exo/libos/cffs/cffs_format.h"
#include "exo/xn/type/udf.h"

XN_FUNCTION(owns)
unsigned long owns(const unsigned char *window, unsigned long index, struct xn_extent *out) {
    const unsigned int *pointer = (const void *)window;
    unsigned long bytes = 0;
    (void)index;
    XN_UNROLL
    for (unsigned long i = 0; i < CFFS_INDEX_WINDOW / 4; i++) {
        unsigned long block = pointer[i];
        if (!block)
            continue;
        *(unsigned long *)((char *)out + bytes) = block | 1ul << 32 | (unsigned long)CHILD << 48;
        bytes += sizeof *out;
    }
    return bytes / sizeof *out;
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
    const unsigned int *pointer = (const void *)window;
    (void)index;
    for (int i = 0; i < CFFS_INDEX_WINDOW / 4; i++) {
        if (pointer[i] != child->block)
            continue;
        out->count = 1;
        out->change[0].at = (unsigned short)(i * 4);
        out->change[0].bytes = 4;
        for (int k = 0; k < 4; k++)
            out->bytes[k] = 0;
        return 1;
    }
    return 0;
}
