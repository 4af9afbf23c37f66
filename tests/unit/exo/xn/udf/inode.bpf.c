/* SPDX-License-Identifier: MIT */
/* inode.bpf.c -- a file: who owns it, how many bytes of the block count, and eight extents a window
 * behind a head of 64 bytes. Its owner may do everything, and nobody a read but who asks the
 * parent. */
#include "exo/xn/type/udf.h"

#define POINTERS 8

struct head {
    unsigned long owner;
    unsigned short bytes;
};

XN_FUNCTION(owns)
unsigned long owns(const unsigned char *window, unsigned long index, struct xn_extent *out) {
    const struct xn_extent *pointer = (const void *)window;
    unsigned long n = 0;
    (void)index;
    for (int i = 0; i < POINTERS; i++)
        if (pointer[i].count && n < POINTERS)
            out[n++] = pointer[i];
    return n;
}

XN_FUNCTION(acl)
unsigned long acl(const unsigned char *old, const unsigned char *proposed,
                  const struct xn_request *request) {
    unsigned long owner = ((const struct head *)old)->owner;
    if (!owner)
        return XN_ACL_PARENT;
    if (owner != request->credential)
        return request->operation == XN_READ ? XN_ACL_PARENT : XN_ACL_NO;
    return ((const struct head *)proposed)->owner ? XN_ACL_YES : XN_ACL_NO;
}

XN_FUNCTION(size) unsigned long size(const unsigned char *block) {
    return ((const struct head *)block)->bytes;
}

XN_FUNCTION(drop)
unsigned long drop(const unsigned char *window, unsigned long index, const struct xn_extent *child,
                   struct xn_changes *out) {
    const struct xn_extent *pointer = (const void *)window;
    (void)index;
    for (int i = 0; i < POINTERS; i++) {
        if (pointer[i].block != child->block)
            continue;
        out->count = 1;
        out->change[0].at = (unsigned short)(i * sizeof *pointer);
        out->change[0].bytes = sizeof *pointer;
        for (unsigned k = 0; k < sizeof *pointer; k++)
            out->bytes[k] = 0;
        return 1;
    }
    return 0;
}
