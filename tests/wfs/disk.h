/* SPDX-License-Identifier: MIT */
/* disk.h -- wfs on the host, over an image in memory, as ext2 is (../ext2/disk.h). */
#ifndef TESTS_WFS_DISK_H
#define TESTS_WFS_DISK_H

#include "../ext2/disk.h"

/* The image becomes an empty volume: the handler's answer. */
long disk_format(uint8_t *image, size_t bytes);

#endif
