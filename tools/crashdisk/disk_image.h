/* SPDX-License-Identifier: MIT */
/* disk_image.h -- a file with the bytes of a state, for a check to look at. */
#ifndef CRASHDISK_DISK_IMAGE_H
#define CRASHDISK_DISK_IMAGE_H

#include "disk_state.h"

struct disk_image {
    char *path; /* owned */
    uint8_t *bytes;
    const uint8_t *base;
    size_t length;
    const uint8_t **written; /* what each of the state's sectors has in the file */
};

/* A file in FOLDER with the LENGTH bytes at BASE, which stay; that disk_image_close removes. False
 * with errno set. */
bool disk_image_open(struct disk_image *image, const char *folder, const uint8_t *base,
                     size_t length, const struct disk_state *disk);
/* Makes it what DISK is. */
void disk_image_build(struct disk_image *image, const struct disk_state *disk);
/* A check may have written to it: makes it again what it was when it was built last. */
void disk_image_restore(struct disk_image *image, const struct disk_state *disk);
void disk_image_close(struct disk_image *image);

#endif
