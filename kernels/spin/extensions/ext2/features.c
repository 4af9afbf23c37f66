/* SPDX-License-Identifier: MIT */
/* features.c -- names of what a mount may find: features that this file system does not know, and
 * fields that cannot be. */
#include "ext2.h"

#define NAME   24 /* bytes of one */
#define FIELDS 32 /* the first of the names of fields, which are by enum ext2_field */

static const char names[64][NAME] = {"compression",
                                     "filetype",
                                     "needs_recovery",
                                     "journal_dev",
                                     "meta_bg",
                                     "bit 5",
                                     "extent",
                                     "64bit",
                                     "mmp",
                                     "flex_bg",
                                     "ea_inode",
                                     "bit 11",
                                     "dirdata",
                                     "metadata_csum_seed",
                                     "large_dir",
                                     "inline_data",
                                     "encrypt",
                                     "casefold",
                                     "bit 18",
                                     "bit 19",
                                     "bit 20",
                                     "bit 21",
                                     "bit 22",
                                     "bit 23",
                                     "bit 24",
                                     "bit 25",
                                     "bit 26",
                                     "bit 27",
                                     "bit 28",
                                     "bit 29",
                                     "bit 30",
                                     "bit 31",
                                     [FIELDS + BAD_REVISION] = "revision",
                                     [FIELDS + BAD_BLOCK_SIZE] = "block size",
                                     [FIELDS + BAD_BLOCKS] = "number of blocks",
                                     [FIELDS + BAD_INODES] = "inodes of a group",
                                     [FIELDS + BAD_GROUPS] = "number of groups",
                                     [FIELDS + BAD_INODE_BYTES] = "bytes of an inode",
                                     [FIELDS + BAD_READ] = "whole block"};

/* The call's name becomes the i-th. */
static inline void put_name(struct file_call *c, uint32_t i) {
    i %= 64;
    for (uint32_t k = 0; k < NAME; k++)
        c->name[k] = names[i][k];
    c->name_bytes = NAME;
}
