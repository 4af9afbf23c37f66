/* SPDX-License-Identifier: MIT */
/* alfs_functions.S -- the functions of alfs's types, as files in a program (alfs.h). */
#include "exo/libos/disk/store_functions.h"

    store_functions alfs_functions, "guest/alfs/alfs_log.bpf.o", "guest/alfs/alfs_index.bpf.o", \
        "guest/alfs/alfs_root.bpf.o"
