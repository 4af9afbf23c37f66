/* SPDX-License-Identifier: MIT */
/* image.h -- images of disks for tests: made by mke2fs, filled by debugfs, judged by e2fsck. All
 * functions end the program when a tool is not there. */
#ifndef TESTS_EXT2_IMAGE_H
#define TESTS_EXT2_IMAGE_H

#include <stddef.h>
#include <stdint.h>

struct disk_image {
    uint8_t *bytes;
    size_t size;
};

/* Of so many KiB, by these options of mke2fs, then with debugfs's commands, one a line, or none. */
struct disk_image image_make(unsigned kib, const char *options, const char *commands);
/* What e2fsck ends with, by such options: changes the image if it says so. */
int image_judge(struct disk_image *image, const char *options);
/* What it said last, and where the image is. */
const char *image_said(void);

#endif
