/* SPDX-License-Identifier: MIT */
/* ext2.h -- the file system ext2, as an extension (spin/services/files/file_system.h). Its files
 * are compiled as one (handling.h).
 *
 * Functions take numbers of blocks and inodes, and get the block when they need it: so each is
 * proven by itself, and nothing has to be known of its arguments. Results below 0 are errors.
 *
 * The order of writes. Whatever is on the disk when the machine stops, `e2fsck -p` mends it. It
 * mends bitmaps and counts, and clears names of inodes that are not in use. What it leaves to its
 * user are inodes in use without a name; directories with two names, or a wrong `..`; blocks that
 * two files have; and pointers that are none. So:
 *   1. a block of pointers or of a directory is on the disk before what points to it
 *      (ext2_pointer_new);
 *   2. a block or an inode that was freed is used again when nothing on the disk points to it: its
 *      bit stays set until then (freed.c);
 *   3. a file exists while its inode says so: its name, and the directory that has it, come before
 *      its inode (ext2_name_first), and its inode is cleared before its name goes
 *      (ext2_inode_first), and names that went before the directory that had them
 *      (ext2_names_first);
 *   4. a file that is renamed has its new name before the old one goes (ext2_rename_from); if the
 *      new name was another file's, that is cleared first;
 *   5. a directory is renamed by one write, of the block with both names, hence only within the
 *      directory that it is in. */
#ifndef EXT2_EXT2_H
#define EXT2_EXT2_H

#include "disk.h"
#include "lib/defence.h"
#include "lib/error.h"
#include "spin/services/files/file_system.h"

/* These, and what of a disk is not believed: each of which tests build without
 * (tests/crash/mutants, tests/end/disk/ext2_rules_test.sh). */
enum {
    DEFENCE_POINTER_FIRST = 1,
    DEFENCE_FREED_WAITS,
    DEFENCE_NAME_FIRST,
    DEFENCE_INODE_FIRST,
    DEFENCE_NEW_NAME_FIRST,
    DEFENCE_NAMES_FIRST,
    DEFENCE_PARENT_FIRST, /* of 3: the directory that has the name */
    DEFENCE_DOTS_FIRST,   /* of 1: the first block of a directory */
    DEFENCE_TARGET_FIRST, /* of 1: the block where a link leads */
    DEFENCE_UNCLEAN,      /* a volume that is written says that it is not in order */
    DEFENCE_CLEAN_LAST,   /* and that it is, when all else is on the disk */

    DEFENCE_KNOWN,      /* what has a feature that is not known is not mounted */
    DEFENCE_READERS,    /* or not written, if its readers need not know it */
    DEFENCE_READ_ONLY,  /* what is not to be written is not */
    DEFENCE_SIZES,      /* the superblock's numbers fit each other */
    DEFENCE_GROUP,      /* blocks that a group names are of the volume, */
    DEFENCE_TABLE,      /* those of its inodes to the last, */
    DEFENCE_POINTER,    /* and those that a file names; */
    DEFENCE_CUT,        /* when it gives them up, too, */
    DEFENCE_ATTRIBUTES, /* and that of its attributes */
    DEFENCE_INODE,      /* there are inodes of these numbers; */
    DEFENCE_RESERVED,   /* of new files not the first ones */
    DEFENCE_ENTRY_END,  /* an entry is within its block, */
    DEFENCE_ENTRY_NAME,
    DEFENCE_ENTRY_INODE,
    DEFENCE_DIRECTORY, /* a directory has whole blocks, no more than there are */
    DEFENCE_TARGET,    /* where a link leads has a length */
    DEFENCE_LINKS,     /* no file has fewer names than none */
    DEFENCE_INDEX      /* a directory that is changed has no index */
};

#define EXT2_FREED 256
#define NO_BLOCK   ((struct block *)0)

/* Proven by itself, at its declaration's word: not part of its callers. */
#ifdef ALONE
/* It is trusted (../ext2_signed). */
#elif defined(__clang__)
#define ALONE __attribute__((noinline))
#else
#define ALONE __attribute__((noipa))
#endif

/* A number with these bits of it, whatever the compiler knows of it: what is an index now is one to
 * the verifier, too. */
static inline uint64_t masked(uint64_t number, uint64_t mask) {
    __asm__("" : "+r"(number));
    return number & mask;
}

/* The number of the lowest bit that is set, by a sequence in which each six bits come once
 * (Leiserson, Prokop, Randall, 1998): no way to it is longer than another. */
static inline uint32_t lowest(uint64_t word) {
    static const uint8_t bit[64] = {0,  1,  48, 2,  57, 49, 28, 3,  61, 58, 50, 42, 38, 29, 17, 4,
                                    62, 55, 59, 36, 53, 51, 43, 22, 45, 39, 33, 30, 24, 18, 12, 5,
                                    63, 47, 56, 27, 60, 41, 37, 16, 54, 35, 52, 21, 44, 32, 23, 11,
                                    46, 26, 40, 15, 34, 20, 31, 10, 25, 14, 19, 9,  13, 8,  7,  6};
    return bit[masked((word & -word) * 0x03f79d71b4cb0a89 >> 58, 63)];
}

static inline uint32_t *word_in(struct block *b, uint64_t at) {
    return (uint32_t *)(void *)(b->byte + masked(at, BLOCK_BYTES - 4));
}

/* What of the disk cannot be as it is. */
enum ext2_field {
    BAD_NONE,
    BAD_MAGIC,
    BAD_REVISION,
    BAD_BLOCK_SIZE,
    BAD_BLOCKS,
    BAD_INODES,
    BAD_GROUPS,
    BAD_INODE_BYTES,
    BAD_FEATURES,
    BAD_BITMAP,
    BAD_TABLE,
    BAD_INODE,
    BAD_POINTER,
    BAD_ENTRY,
    BAD_LINKS,
    BAD_SIZE,
    BAD_READ, /* the block itself: it cannot be read */
};

/* A block or an inode that will be free when the disk has what was changed until now. */
struct ext2_freed {
    uint32_t start, count, kind;
};
enum { FREED_BLOCKS, FREED_FILE, FREED_DIRECTORY };

/* Where an entry is: its block, its first byte there, and that of the one before it, or its own. */
struct ext2_place {
    uint32_t block, at, before;
};

struct ext2_name {
    uint32_t bytes;
    uint32_t word[64]; /* zeros behind it */
};

/* Where a link leads, if that has room in its inode; else it is in a block. */
struct ext2_target {
    uint32_t bytes, block;
    uint32_t word[EXT2_DIRECT + 3];
};

/* A volume. */
struct ext2_volume {
    uint32_t read_only, now;
    uint32_t earliest; /* no time is before the last one on the disk */
    uint32_t shift, blocks, first_block, inodes, first_inode, inode_bytes;
    uint32_t blocks_per_group, inodes_per_group, groups;
    uint32_t filetype; /* entries say what kind of file it is */
    uint32_t free_blocks, free_inodes;
    uint32_t table_group, table; /* the inodes of the group asked for last; 0: none */
    uint32_t bad_block, bad_field, bad_value;
    struct ext2_name name;         /* of the call at hand */
    struct ext2_place found, room; /* by ext2_find: the entry; where there is room for one */
    struct ext2_place next;        /* by ext2_list: where it ended, until something changes */
    uint32_t room_in;              /* of ext2_find: only this block's room counts; 0: any */
    uint32_t missing;              /* a directory that has not the name: ext2_find has looked */
    uint32_t grown;                /* by ext2_enter: the directory has a new block */
    struct ext2_target target;     /* of a symbolic link that is made */
    uint32_t freed;
    struct ext2_freed list[EXT2_FREED];
};

_Static_assert(sizeof(struct ext2_volume) <= sizeof(struct volume_memory), "what there is");

static inline struct ext2_volume *ext2_of(struct volume *v) {
    return (struct ext2_volume *)(void *)volume_memory(v);
}

/* This field of the block cannot be as it is. -E_DAMAGED. */
ALONE long ext2_is_bad(struct volume *v, uint32_t block, uint32_t field, uint32_t value);

/* What a group has: a block, with how many are free times 2^32; and how many of something, after so
 * many more. */
enum { GROUP_BLOCK_BITMAP, GROUP_INODE_BITMAP, GROUP_TABLE };
enum { COUNT_BLOCKS, COUNT_INODES, COUNT_DIRECTORIES };
ALONE long ext2_group_block(struct volume *v, uint32_t group, uint32_t word);
ALONE long ext2_group_count(struct volume *v, uint32_t group, uint32_t what, int more);

/* Takes one, near to where it will be used. -E_FULL. */
ALONE long ext2_block_take(struct volume *v, uint32_t goal);
ALONE long ext2_inode_take(struct volume *v, uint32_t parent, unsigned is_directory);
/* It is free as soon as the disk has what was changed until now. */
ALONE void ext2_free(struct volume *v, uint32_t what, uint32_t kind);
/* It was taken, and nothing has pointed to it: it is free at once. */
ALONE void ext2_give(struct volume *v, uint32_t what, uint32_t kind);
/* The disk gets what was changed until now. */
ALONE long ext2_settle(struct volume *v);

/* The block of a file at an index: 0 is a hole. Mapping fills it, near to a goal, and adds MAP_NEW;
 * a new block of a directory has no entries. */
ALONE long ext2_pointer(struct volume *v, uint32_t block, uint32_t at);
ALONE long ext2_block_at(struct volume *v, uint32_t inode, uint32_t index);
#define MAP_NEW (1l << 32)
enum { MAP_DATA, MAP_POINTERS, MAP_ENTRIES };
ALONE long ext2_map(struct volume *v, uint32_t inode, uint32_t index, uint32_t goal, uint32_t kind);
/* Frees the blocks of a file from an index on. */
ALONE long ext2_cut(struct volume *v, uint32_t inode, uint32_t from);

/* Of an inode: where it is (its block times the largest block, plus its first byte there); so many
 * blocks or links more; how many bytes. */
ALONE long ext2_inode_place(struct volume *v, uint32_t inode);
ALONE void ext2_inode_blocks(struct volume *v, uint32_t inode, long more);
ALONE long ext2_inode_links(struct volume *v, uint32_t inode, int more);
ALONE long ext2_inode_resize(struct volume *v, uint32_t inode, uint64_t bytes);
ALONE uint64_t ext2_inode_bytes(struct volume *v, uint32_t inode);
ALONE uint32_t ext2_inode_mode(struct volume *v, uint32_t inode);
ALONE long ext2_inode_make(struct volume *v, uint32_t inode, uint32_t mode, uint32_t owner,
                           uint32_t links);
ALONE long ext2_inode_free(struct volume *v, uint32_t inode);
ALONE long ext2_allow_large(struct volume *v); /* files of 2 GiB and more */

#define PLACE_BLOCK(place) ((uint32_t)((unsigned long)(place) / BLOCK_BYTES))
#define PLACE_AT(place)    ((uint32_t)(place) & (BLOCK_BYTES - EXT2_INODE_OLD))

static inline struct ext2_inode *ext2_inode_in(struct block *b, long place) {
    return (struct ext2_inode *)(void *)(b->byte +
                                         masked(PLACE_AT(place), BLOCK_BYTES - EXT2_INODE_OLD));
}

/* The block that an inode is in, held, and its place; null, and an error in its place. */
static inline struct block *inode_get(struct volume *v, uint32_t inode, long *place) {
    long at = ext2_inode_place(v, inode);
    struct block *b = at < 0 ? NO_BLOCK : block_read(v, PLACE_BLOCK(at));
    *place = b || at < 0 ? at : ext2_is_bad(v, PLACE_BLOCK(at), BAD_READ, 0);
    return b;
}
/* It was changed. */
static inline void inode_put(struct volume *v, struct block *b, long place) {
    block_changed(v, PLACE_BLOCK(place));
    block_release(b);
}

/* How many blocks a directory has, or an error. */
ALONE long ext2_directory_blocks(struct volume *v, uint32_t directory);
/* Of a directory: the inode that has the volume's name, or -E_NOT_FOUND; sets found and room. */
ALONE long ext2_find(struct volume *v, uint32_t directory);
/* Enters the volume's name where ext2_find has found room. */
ALONE long ext2_enter(struct volume *v, uint32_t directory, uint32_t inode, uint32_t type);
/* The entry that ext2_find has found goes. */
ALONE long ext2_leave(struct volume *v, uint32_t directory);
/* It leads to another inode. */
ALONE long ext2_entry_set(struct volume *v, uint32_t directory, uint32_t inode, uint32_t type);
/* A call's entries, but for `.` and `..`. 0, or -E_NOT_FOUND. */
ALONE long ext2_list(struct volume *v, struct file_call *c);
/* 0; -E_EXISTS: it has names besides those. */
ALONE long ext2_is_empty(struct volume *v, uint32_t directory);

/* Of a link that a call makes: where it leads becomes the volume's target. And of one that is
 * there. */
ALONE long ext2_target_take(struct volume *v, struct file_call *c);
ALONE long ext2_target_tell(struct volume *v, struct file_call *c);

/* A mounted volume. */
ALONE long ext2_mount(struct volume *v, unsigned write);
ALONE long ext2_sync(struct volume *v, unsigned last);

/* Names, as the kernel's events want them. */
ALONE long ext2_make(struct volume *v, uint32_t directory, uint32_t mode, uint32_t owner);
ALONE long ext2_link(struct volume *v, uint32_t directory, uint32_t inode);
ALONE long ext2_unlink(struct volume *v, uint32_t directory, unsigned is_directory);
/* An inode that was cleared is so on the disk before its name, in the block, goes. */
ALONE long ext2_inode_first(struct volume *v, uint32_t inode, uint32_t block);
ALONE long ext2_rename_to(struct volume *v, uint32_t directory, uint32_t inode);
ALONE long ext2_rename_from(struct volume *v, uint32_t directory, uint32_t to, uint32_t made);
ALONE long ext2_rename_directory(struct volume *v, uint32_t directory, uint32_t block, uint32_t at,
                                 uint32_t before);

#endif
