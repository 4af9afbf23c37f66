/* SPDX-License-Identifier: MIT */
/* cffs_functions.S -- the functions of C-FFS's types, as files in a program (cffs_declared.h). */
#include "exo/libos/disk/store_functions.h"

    store_functions cffs_functions, "guest/cffs/cffs_index.bpf.o", "guest/cffs/cffs_index2.bpf.o", \
        "guest/cffs/cffs_directory.bpf.o"
