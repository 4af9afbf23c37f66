/* SPDX-License-Identifier: MIT */
/* linux.c -- files of Linux's file systems, copied. */
#include "../files/linux_files.h"
#include "workload.h"

COPY_ROWS(linux_files, "ext2,ext4")
