/* SPDX-License-Identifier: MIT */
/* alfs_format.h -- alfs on the disk: what the library and the functions of its types (udf/) agree
 * on.
 *
 * The root has addresses of indexes, these of the log's blocks, in no order; each block of the log
 * has a number, and slots of
 * 128 bytes that are filled one after the other. A slot is within a sector, so it is on the disk
 * wholly or not at all. What is behind the first empty slot does not count: a crash left it. */
#ifndef EXO_LIBOS_ALFS_FORMAT_H
#define EXO_LIBOS_ALFS_FORMAT_H

#include "exo/xn/type/udf.h"

#define ALFS_MAGIC 0x53464c41u /* "ALFS" */

/* Numbers of types. */
#define ALFS_ROOT  24
#define ALFS_LOG   25
#define ALFS_INDEX 26

/* The root and an index: a head (an index's is empty), then windows of addresses. */
#define ALFS_WINDOW    256
#define ALFS_ADDRESSES (ALFS_WINDOW / 4)     /* of a window */
#define ALFS_EACH      (15 * ALFS_ADDRESSES) /* of a block */

/* A block of the log: a head, then a window a slot, numbered from 1 on here. */
#define ALFS_SLOT  128
#define ALFS_SLOTS 32
#define ALFS_RUN   24 /* blocks of an extent, at most */
#define ALFS_NAME  72

struct alfs_head {
    unsigned int magic, owner; /* of the root */
    unsigned long number;      /* of a block of the log */
};

enum alfs_kind { ALFS_FREE, ALFS_FILE, ALFS_DIR, ALFS_GONE, ALFS_EXTENT, ALFS_KINDS };

struct alfs_record {
    struct xn_extent at; /* of an extent: the first ones of its blocks, as far as they are left */
    unsigned int inode;
    unsigned int generation;    /* of a file; of an extent that of the contents it belongs to */
    unsigned int index;         /* of a file: its directory; of an extent: the block of sum[0] */
    unsigned char kind, length; /* of a name */
    unsigned short zero;
    union {
        struct {
            unsigned long size, modified;
            unsigned int contents; /* extents of other contents are not this file's */
            unsigned int over,
                over_generation; /* a file that is gone since this one has its name */
            unsigned short mode, zero2;
            char name[ALFS_NAME];
        };
        struct {
            unsigned int ready; /* a bit a block: its sum is right, and it belongs to the file */
            unsigned int sum[ALFS_RUN];
        };
    };
};
_Static_assert(sizeof(struct alfs_head) == 16 && sizeof(struct alfs_record) == ALFS_SLOT,
               "on disk");

/* Does the word of a capability stand for the user? As C-FFS has it (cffs_format.h): one with his
 * name, or with one that begins it, that may write. */
static inline int alfs_stands_for(unsigned long word, unsigned int user) {
    unsigned long valid = word & 8, writes = word & 2, bits = 8 * (word >> 4 & 15);
    return valid && writes && bits <= 32 && !((word >> 8 ^ user) & ((1ul << bits) - 1));
}

#endif
