/* SPDX-License-Identifier: MIT */
/* spin.c -- the same rows of ext2 by a thread of the kernel. */
#include "spin_kernel_files.h"

FILES_ROWS(kernel_files, "ext2/from:kernel")
