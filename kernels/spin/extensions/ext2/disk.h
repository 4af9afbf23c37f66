/* SPDX-License-Identifier: MIT */
/* disk.h -- what ext2 has on its disk (Card, Ts'o, Tweedie, 1994; mke2fs(8)): all numbers little
 * endian, as the processor's. */
#ifndef EXT2_DISK_H
#define EXT2_DISK_H

#include <stdint.h>

#define EXT2_MAGIC         0xef53
#define EXT2_SUPER_AT      1024 /* bytes from the start of the disk */
#define EXT2_ROOT          2    /* the root's inode */
#define EXT2_FIRST_OLD     11   /* of revision 0: the first inode that is no reserved one */
#define EXT2_INODE_OLD     128  /* of revision 0: bytes of an inode */
#define EXT2_DIRECT        12
#define EXT2_NAME_MAX      255
#define EXT2_LINKS_MAX     32000
#define EXT2_SYMLINK_INODE 60 /* a shorter target is in the inode */

enum { EXT2_CLEAN = 1 }; /* s_state */

enum { /* features: of those not named here, the mount says the number */
       EXT2_INCOMPAT_FILETYPE = 2,
       EXT2_RO_COMPAT_SPARSE_SUPER = 1,
       EXT2_RO_COMPAT_LARGE_FILE = 2,
};

struct ext2_super {
    uint32_t inodes, blocks, reserved_blocks, free_blocks, free_inodes, first_data_block;
    uint32_t log_block_size, log_fragment_size, blocks_per_group, fragments_per_group;
    uint32_t inodes_per_group, mounted_at, written_at;
    uint16_t mounts, mounts_max, magic, state, errors, minor;
    uint32_t checked_at, check_interval, creator, revision;
    uint16_t reserved_user, reserved_group;
    uint32_t first_inode;
    uint16_t inode_bytes, group;
    uint32_t compat, incompat, ro_compat;
};

struct ext2_group {
    uint32_t block_bitmap, inode_bitmap, inode_table;
    uint16_t free_blocks, free_inodes, directories, flags;
    uint32_t unused[3];
};

enum {
    EXT2_KIND = 0xf000, /* of i_mode */
    EXT2_SYMLINK = 0xa000,
    EXT2_FILE = 0x8000,
    EXT2_DIRECTORY = 0x4000,
    EXT2_INDEXED = 0x1000, /* of i_flags: a directory with an index, which what changes it cannot
                              keep up */
};

struct ext2_inode {
    uint16_t mode, user;
    uint32_t size, accessed, changed, modified, deleted;
    uint16_t group, links;
    uint32_t sectors, flags, version;
    uint32_t block[EXT2_DIRECT], indirect[3];
    uint32_t generation, attributes, size_high, fragment;
    uint32_t more[3];
};

/* The next one is `bytes` further; one without an inode is free. A name is padded to four bytes. */
struct ext2_entry {
    uint32_t inode;
    uint16_t bytes;
    uint8_t length, type;
};
enum { EXT2_ENTRY_FILE = 1, EXT2_ENTRY_DIRECTORY = 2, EXT2_ENTRY_SYMLINK = 7 };
#define EXT2_ENTRY_BYTES(length) (((length) + 8u + 3u) & ~3u)

/* A block of attributes, which several inodes may have. */
struct ext2_attributes {
    uint32_t magic, references;
};

_Static_assert(sizeof(struct ext2_group) == 32, "as on the disk");
_Static_assert(sizeof(struct ext2_inode) == 128, "as on the disk");
_Static_assert(sizeof(struct ext2_entry) == 8, "as on the disk");

#endif
