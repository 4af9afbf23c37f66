/* SPDX-License-Identifier: MIT */
/* allocate.h -- memory for the plugins, which live in QEMU's process and free little: it ends with
 * them, soon. */
#ifndef PLUGIN_ALLOCATE_H
#define PLUGIN_ALLOCATE_H

#include <stdio.h>
#include <stdlib.h>

/* SIZE bytes, all 0. Ends the process where there are none: what would not be counted or listed
 * then, nobody would miss. */
static inline void *plugin_memory(size_t size) {
    void *memory = calloc(1, size);
    if (memory)
        return memory;
    fputs("plugin: out of memory\n", stderr);
    exit(1);
}

#endif
