/* SPDX-License-Identifier: MIT */
/* spin-user.c -- files of ext2 and of wfs, copied by a process's system calls. */
#include "../files/spin_user_files.h"
#include "workload.h"

COPY_ROWS(spin_files, "ext2,wfs")
