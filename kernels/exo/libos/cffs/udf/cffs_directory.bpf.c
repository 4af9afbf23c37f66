/* SPDX-License-Identifier: MIT */
/* cffs_directory.bpf.c -- what a block of a directory owns, and who may change it: a slot's owner
 * the slot, the directory's owner all of them, and anybody an empty one where the directory says
 * so. Who a credential is, cffs_format.h says. */
#include "exo/libos/cffs/cffs_format.h"
#include "exo/xn/type/udf_words.h"

#define SLOT     128
#define SLOTS    30
#define INODE_AT (4 * CFFS_POINTERS)
#define ANYBODY  2 /* of a mode: others may write */

/* Window 0 has the blocks below; each other one five of data, an index of each kind, and a
 * directory's first block. */
XN_FUNCTION(owns)
unsigned long owns(const unsigned char *window, unsigned long index, struct xn_extent *out) {
    const unsigned int *pointer = (const void *)window;
    unsigned long bytes = 0;
    XN_UNROLL
    for (int i = 0; i < CFFS_POINTERS; i++) {
        unsigned long type = i < CFFS_DIRECT       ? XN_BYTES
                             : i == CFFS_AT_INDEX  ? CFFS_INDEX
                             : i == CFFS_AT_INDEX2 ? CFFS_INDEX2
                                                   : CFFS_DIRECTORY;
        if (index == 0)
            type = CFFS_DIRECTORY;
        unsigned long block = pointer[i];
        if (!block)
            continue;
        *(unsigned long *)((char *)out + bytes) = block | 1ul << 32 | type << 48;
        bytes += sizeof *out;
    }
    return bytes / sizeof *out;
}

static inline const struct cffs_inode *inode_of(const unsigned char *block, unsigned long slot) {
    return (const void *)(block + (slot + 1) * SLOT + INODE_AT);
}

/* A block below that is not begun asks: whoever has the slot that it hangs on may. */
static inline int may_begin(const unsigned char *block, unsigned int child, unsigned long word,
                            int anybody) {
    for (unsigned long i = 0; i < CFFS_LINKS; i++)
        if (((const unsigned int *)(block + SLOT))[i] == child)
            return anybody;
    for (unsigned long slot = 1; slot <= SLOTS; slot++) {
        const unsigned int *pointer = (const void *)(block + (slot + 1) * SLOT);
        if (pointer[CFFS_AT_INDEX] == child || pointer[CFFS_AT_INDEX2] == child ||
            pointer[CFFS_AT_DIRECTORY] == child)
            return cffs_stands_for(word, inode_of(block, slot)->owner);
    }
    return 0;
}

static inline int may(const unsigned char *block, const struct xn_request *request) {
    const struct cffs_head *head = (const void *)block;
    const int anybody = head->mode & ANYBODY;
    const unsigned long window = request->partition & 31, end = request->at + request->bytes;
    if (cffs_stands_for(request->credential, head->owner))
        return 1;
    if (request->block != head->block)
        return may_begin(block, request->block, request->credential, anybody);
    if (window == 0)
        return anybody && (request->operation == XN_ALLOC ||
                           (request->operation == XN_WRITE &&
                            request->at >= __builtin_offsetof(struct cffs_head, clean) &&
                            end <= __builtin_offsetof(struct cffs_head, seed)));
    if (window > SLOTS)
        return 0;
    const struct cffs_inode *inode = inode_of(block, window);
    return inode->kind == 0 ? anybody : cffs_stands_for(request->credential, inode->owner);
}

XN_FUNCTION(acl)
unsigned long acl(const unsigned char *old, const unsigned char *proposed,
                  const struct xn_request *request) {
    const struct cffs_head *head = (const void *)old;
    (void)proposed;
    if (request->operation == XN_READ || request->operation == XN_LOOK)
        return XN_ACL_YES;
    if (head->magic != CFFS_MAGIC)
        return XN_ACL_PARENT;
    return may(old, request) ? XN_ACL_YES : XN_ACL_NO;
}

/* What is owned twice after a crash belongs to a file that was being moved. Its two slots stay: by
 * them the check of C-FFS knows what is still to be moved (cffs_check.c). */
XN_FUNCTION(drop)
unsigned long drop(const unsigned char *window, unsigned long index, const struct xn_extent *child,
                   struct xn_changes *out) {
    (void)index;
    return xn_words_drop(window, CFFS_POINTERS, child, out);
}
