/* SPDX-License-Identifier: MIT */
/* alfs_root.bpf.c -- what the root owns: 64 blocks of the log a window; and who may change the file
 * system: its owner (alfs_format.h). */
#include "exo/libos/alfs/alfs_format.h"

XN_FUNCTION(owns)
unsigned long owns(const unsigned char *window, unsigned long index, struct xn_extent *out) {
    const unsigned int *pointer = (const void *)window;
    unsigned long bytes = 0;
    (void)index;
    XN_UNROLL
    for (unsigned long i = 0; i < ALFS_ROOT_EACH; i++) {
        unsigned long block = pointer[i];
        if (!block)
            continue;
        *(unsigned long *)((char *)out + bytes) = block | 1ul << 32 | (unsigned long)ALFS_LOG << 48;
        bytes += sizeof *out;
    }
    return bytes / sizeof *out;
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
    const unsigned int *pointer = (const void *)window;
    (void)index;
    for (int i = 0; i < ALFS_ROOT_EACH; i++) {
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
