/* SPDX-License-Identifier: MIT */
/* spin.c -- files of ext2, copied by a thread of the kernel. */
#include "../files/spin_kernel_files.h"
#include "workload.h"

COPY_ROWS(kernel_files, "ext2/from:kernel")
