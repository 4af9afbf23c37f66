/* SPDX-License-Identifier: MIT */
/* exo-memory.h -- what is asked of the program exo-server.c, by its argument: bytes that this
 * takes. */
#ifndef EXPERIMENTS_FILES_EXO_MEMORY_H
#define EXPERIMENTS_FILES_EXO_MEMORY_H

#define MEMORY_SERVER "volume-server"

enum memory_of {
    MEMORY_VOLUME, /* the first volume that an ExOS mounts */
    MEMORY_OPEN,   /* an open file */
    MEMORY_BOOT,   /* a process more of a program in the boot's archive */
    MEMORY_CFFS,   /* and of the same one on a volume */
};

#endif
