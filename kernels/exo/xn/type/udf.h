/* SPDX-License-Identifier: MIT */
/* udf.h -- what the functions of a template see. They are C that knows nothing but this header:
 * compiled for the BPF machine by clang or GCC and proven when the template is imported, or
 * compiled natively and signed. They read what they are handed and nothing else; so the same bytes
 * give the same answer at any time, on any machine.
 *
 * A block has 4,096 bytes and is named by its address on the disk. A block of metadata holds
 * pointers in *partitions*: windows of equal size, of which each function sees one only. */
#ifndef EXO_XN_UDF_H
#define EXO_XN_UDF_H

#define XN_BLOCK_BYTES 4096
#define XN_OWNED_MAX   64  /* extents that a partition owns */
#define XN_CHANGES_MAX 16  /* byte ranges that one operation changes... */
#define XN_CHANGED_MAX 512 /* ...and their bytes, all together */

/* Types of blocks by number; from XN_IMPORTED on they are imported. */
#define XN_TYPES_MAX 128
enum {
    XN_NIL,   /* no block */
    XN_BYTES, /* data */
    XN_ROOT,  /* the roots of a volume */
    XN_TYPE,  /* its catalogue of types */
    XN_MAP,   /* what is free, as it was when the volume was last left clean */
    XN_IMPORTED = 8
};

/* count blocks from one address on, of one type; more than one only of a type without pointers. */
struct xn_extent {
    unsigned int block;
    unsigned short count;
    unsigned char type;
    unsigned char zero;
};

/* Bytes of a block that get other values: change[0].bytes of them from block byte change[0].at on,
 * which are the first ones in `bytes`; and so on. */
struct xn_changes {
    unsigned int count;
    struct {
        unsigned short at, bytes;
    } change[XN_CHANGES_MAX];
    unsigned char bytes[XN_CHANGED_MAX];
};

/* What somebody wants to do. */
enum xn_operation {
    XN_LOOK,     /* map the block of metadata itself, to read it */
    XN_READ,     /* map a child, or read it */
    XN_MODIFY,   /* map a child that is data so that it can be written */
    XN_WRITE,    /* change bytes and nothing that is owned */
    XN_ALLOC,    /* own the child */
    XN_FREE,     /* own it no more */
    XN_MOVE_OUT, /* lose it to another partition... */
    XN_MOVE_IN,  /* ...which gets it */
    XN_SWAP,     /* lose the child for another one */
};
struct xn_request {
    unsigned int operation;   /* enum xn_operation */
    unsigned int block;       /* of metadata, whose function is asked first... */
    unsigned int partition;   /* ...and which of its partitions it is about */
    unsigned short at, bytes; /* the first byte that changes; to the last one; 0, 0: none */
    struct xn_extent child;   /* none: count is 0 */
    unsigned long credential; /* of who asks: a word that the caller may use */
};

/* What acl answers; anything else is no. */
enum { XN_ACL_NO, XN_ACL_YES, XN_ACL_PARENT /* the block's parent is to be asked */ };

/* Where each of them is put, for the kernel to know it by. */
#if defined(__bpf__) || defined(__BPF__)
#define XN_FUNCTION(name) __attribute__((section(#name "/udf"), used))
#else
#define XN_FUNCTION(name)
#endif

/* Before a loop of at most 64 rounds: it is written out, for speed. */
#ifdef __clang__
#define XN_UNROLL _Pragma("clang loop unroll(full)")
#else
#define XN_UNROLL _Pragma("GCC unroll 64")
#endif

/* The functions of an object in a template, each XN_FUNCTION(of its name):
 *
 * What the partition `index` owns: extents into out, in any order, and how many they are; none for
 * bytes that are all 0. More than the template's limit is no answer.
 *
 *     unsigned long owns(const unsigned char *window, unsigned long index, struct xn_extent *out);
 *
 * May it be done? Asked with the block as it is and as it would be.
 *
 *     unsigned long acl(const unsigned char *old, const unsigned char *proposed,
 *                       const struct xn_request *request);
 *
 * How many bytes of the block count. No partition beyond owns anything.
 *
 *     unsigned long size(const unsigned char *block);
 *
 * The changes to the window after which it does not own `child` any more, which was found to be
 * owned twice after a crash: their number; `at` counts from the window's first byte on.
 *
 *     unsigned long drop(const unsigned char *window, unsigned long index,
 *                        const struct xn_extent *child, struct xn_changes *out);
 *
 * owns is needed wherever there are partitions; of the others each may be missing: without acl the
 * parent is asked, without size all bytes count, without drop a duplicate is given up with all
 * that its partition owns. */

#endif
