/* SPDX-License-Identifier: MIT */
/* linux.c -- Linux's file systems. */
#include "linux_files.h"
#include "workload_rows.h"

FILES_ROWS(linux_files, "ext2,ext4")
FILES_GROWTH_ROWS(linux_files, "100,1000", "ext2,ext4")
