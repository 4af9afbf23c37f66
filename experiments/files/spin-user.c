/* SPDX-License-Identifier: MIT */
/* spin-user.c -- the rows of ext2 and wfs by a process's system calls. */
#include "spin_files.h"

FILES_ROWS(spin_files, "ext2,wfs")
FILES_COUNT_ROWS(spin_files, "ext2,wfs")
FILES_GROWTH_ROWS(spin_files, "100,1000", "ext2,wfs")
