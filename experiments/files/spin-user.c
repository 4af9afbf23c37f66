/* SPDX-License-Identifier: MIT */
/* spin-user.c -- the rows of ext2 and wfs by a process's system calls. */
#include "spin_user_files.h"
#include "workload_rows.h"

/* ext2 of the same source as signed native code. */
static const char *native_mount(const char *fs) {
    (void)fs;
    return spin_mount_as("ext2_signed", true);
}

static const struct files native_files = SPIN_FILES(native_mount);

FILES_ROWS(spin_files, "ext2,wfs")
FILES_ROWS_OF(jit, spin_files, "ext2/way:jit")
FILES_ROWS_OF(native, native_files, "ext2/way:native")
FILES_COUNT_ROWS(spin_files, "ext2,wfs")
FILES_GROWTH_ROWS(spin_files, "100,1000", "ext2,wfs")
