/* SPDX-License-Identifier: MIT */
/* disk.c -- see disk.h. */
#define DISK_OF_WFS
#include "disk.h"

#include "../ext2/disk.c" // NOLINT(bugprone-suspicious-include): the same around other handlers

long disk_format(uint8_t *image, size_t bytes) {
    struct volume v = {.disk = image, .bytes = bytes};
    begin(&v, FILE_BOOT_BYTES);
    v.call.number = v.blocks;
    long r = call(&v, on_format);
    block_sync(&v);
    forget_all(&v);
    return r;
}
