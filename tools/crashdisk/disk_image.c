/* SPDX-License-Identifier: MIT */
/* disk_image.c -- see disk_image.h. From state to state only sectors that differ are written. */
#include "disk_image.h"
#include "base/memory.h"
#include "base/text.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { CHUNK = 4096 };

/* Copies what differs, so that what is zero stays a hole. */
static void copy_different(uint8_t *to, const uint8_t *from, size_t length) {
    for (size_t at = 0; at < length; at += CHUNK) {
        size_t bytes = length - at < CHUNK ? length - at : CHUNK;
        if (memcmp(to + at, from + at, bytes) != 0)
            memcpy(to + at, from + at, bytes);
    }
}

bool disk_image_open(struct disk_image *image, const char *folder, const uint8_t *base,
                     size_t length, const struct disk_state *disk) {
    const uint64_t *sectors;
    size_t count = disk_state_sectors(disk, &sectors);
    *image = (struct disk_image){
        .path = text_format("%s/crashdisk-XXXXXX", folder), .base = base, .length = length};
    int fd = mkostemp(image->path, O_CLOEXEC);
    if (fd < 0)
        return false;
    bool made = !ftruncate(fd, (off_t)length);
    void *bytes = made ? mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) : MAP_FAILED;
    close(fd);
    if (bytes == MAP_FAILED) {
        unlink(image->path);
        return false;
    }
    image->bytes = bytes;
    copy_different(image->bytes, base, length);
    image->written = memory_new(count + 1, sizeof *image->written);
    for (size_t i = 0; i < count; i++)
        image->written[i] = base + sectors[i] * SECTOR;
    return true;
}

void disk_image_build(struct disk_image *image, const struct disk_state *disk) {
    const uint64_t *sectors;
    size_t count = disk_state_sectors(disk, &sectors);
    for (size_t i = 0; i < count; i++) {
        const uint8_t *bytes = disk_state_bytes(disk, i);
        if (image->written[i] == bytes)
            continue;
        memcpy(image->bytes + sectors[i] * SECTOR, bytes, SECTOR);
        image->written[i] = bytes;
    }
}

void disk_image_restore(struct disk_image *image, const struct disk_state *disk) {
    const uint64_t *sectors;
    size_t count = disk_state_sectors(disk, &sectors), from = 0;
    for (size_t i = 0; i < count; i++) {
        size_t at = sectors[i] * SECTOR;
        copy_different(image->bytes + from, image->base + from, at - from);
        copy_different(image->bytes + at, image->written[i], SECTOR);
        from = at + SECTOR;
    }
    copy_different(image->bytes + from, image->base + from, image->length - from);
}

void disk_image_close(struct disk_image *image) {
    munmap(image->bytes, image->length);
    unlink(image->path);
    free(image->path);
    free(image->written);
}
