/* SPDX-License-Identifier: MIT */
/* cffs_format.h -- C-FFS on the disk: what the library and the functions of its types (udf/) agree
 * on.
 *
 * A directory is a tree of blocks. Each has a head, then windows of equal size: window 0 has the
 * four blocks below, each other one a slot: pointers, an inode, its name. A slot lies within one
 * sector, so it is on the disk wholly or not at all. A name is in a block on the path that its
 * hash's bits choose, two at each level; the first one with room gets it.
 *
 * A pointer has 4 bytes, a block's address; on a volume of the design "self" 16. */
#ifndef EXO_LIBOS_CFFS_FORMAT_H
#define EXO_LIBOS_CFFS_FORMAT_H

#define CFFS_MAGIC 0x53464643u /* "CFFS" */

/* Numbers of types. */
#define CFFS_DIRECTORY 16
#define CFFS_INDEX     17 /* of pointers to data */
#define CFFS_INDEX2    18 /* of pointers to these */

/* Of a slot; a pointer's type is told by its place. */
#define CFFS_POINTERS     8
#define CFFS_DIRECT       5 /* the first ones: data */
#define CFFS_AT_INDEX     5
#define CFFS_AT_INDEX2    6
#define CFFS_AT_DIRECTORY 7
#define CFFS_LINKS        4 /* of window 0 */

/* An index begins with its windows here. */
#define CFFS_INDEX_AT     256
#define CFFS_INDEX_WINDOW 256

struct cffs_head {
    unsigned char self[24]; /* the design "self" has its header here */
    unsigned int magic, owner, generation;
    unsigned int parent; /* of a directory's first block: that of its directory; of the others:
                            the first one */
    unsigned short mode;
    unsigned char level, zero;
    /* Of the root, and anybody's who may write in it: */
    unsigned int clean, next_generation;
    unsigned int seed;
    unsigned int block; /* this one */
};

struct cffs_inode {
    unsigned long size, modified;
    unsigned int generation, hash, owner;
    unsigned int from; /* the block in which it was before it was moved here... */
    unsigned char kind, length, from_slot, zero;
    unsigned short mode, zero2;
    char name[56];
};
_Static_assert(sizeof(struct cffs_head) <= 128 && sizeof(struct cffs_inode) == 96, "on disk");

/* Users have numbers: four bytes, as the first ones of a capability's name. The word of a
 * capability with that name, or with one that begins it, stands for the user; so the one that opens
 * everything stands for all, as everywhere in this kernel (struct cap of exo/abi.h). */
static inline int cffs_stands_for(unsigned long word, unsigned int user) {
    unsigned long valid = word & 8, writes = word & 2, bits = 8 * (word >> 4 & 15);
    return valid && writes && bits <= 32 && !((word >> 8 ^ user) & ((1ul << bits) - 1));
}

#endif
