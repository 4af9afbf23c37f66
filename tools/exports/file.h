/* SPDX-License-Identifier: MIT */
/* file.h -- a whole file in memory, for the tools of the build. */
#ifndef EXPORTS_FILE_H
#define EXPORTS_FILE_H

#include <errno.h>
#include <error.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/bytes.h"

#define FILE_MAX (1 << 24)

/* Its bytes, from malloc; ends the program where it cannot be read. */
static inline struct bytes read_file(const char *path) {
    FILE *f = fopen(path, "rb");
    uint8_t *at = malloc(FILE_MAX);
    if (!f || !at)
        error(1, errno, "%s", path);
    size_t len = fread(at, 1, FILE_MAX, f);
    if (ferror(f) || len == FILE_MAX)
        error(1, errno, "%s: cannot be read, or has %d bytes or more", path, FILE_MAX);
    fclose(f);
    return (struct bytes){at, len};
}

#endif
