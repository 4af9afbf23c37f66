/* SPDX-License-Identifier: MIT */
/* features.c -- the names of features that a volume may have and this file system does not know. */
#include "ext2.h"

#define FEATURE_NAME 24

static const char feature_names[32][FEATURE_NAME] = {"compression",
                                                     "filetype",
                                                     "needs_recovery",
                                                     "journal_dev",
                                                     "meta_bg",
                                                     "",
                                                     "extent",
                                                     "64bit",
                                                     "mmp",
                                                     "flex_bg",
                                                     "ea_inode",
                                                     "",
                                                     "dirdata",
                                                     "metadata_csum_seed",
                                                     "large_dir",
                                                     "inline_data",
                                                     "encrypt",
                                                     "casefold"};

/* The call's name becomes that of the lowest one. */
static inline void feature_name(struct file_call *c, uint32_t features) {
    uint32_t i = lowest(features) % 32;
    for (uint32_t k = 0; k < FEATURE_NAME; k++)
        c->name[k] = feature_names[i][k];
    c->name_bytes = FEATURE_NAME;
}
