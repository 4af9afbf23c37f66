/* SPDX-License-Identifier: MIT */
/* devices.h -- the devices that an experiment's guests get, besides the machine that all have: what
 * stands under `devices` in experiment.yaml. */
#ifndef HARNESS_DEVICES_H
#define HARNESS_DEVICES_H

#include <stdbool.h>
#include <stdint.h>

#include "experiment/document.h"

enum { DEVICES_DISKS_MAX = 4 };

/* What is on a disk when its guest boots. */
enum disk_content {
    DISK_IS_ZERO,
    DISK_IS_EXT2,
    DISK_IS_EXT4,
    DISK_IS_FOLDER,
    DISK_IS_CFFS, /* a volume of XN, with a C-FFS */
    DISK_IS_ALFS, /* or an alfs */
};

struct disk_device {
    const char *size, *content, *backend, *log; /* as written; null: not given */
    uint64_t bytes;
    enum disk_content is;
    const char *folder; /* of the experiment's, that the file system contains; or null */
    int line;           /* where it stands */
    bool forgets;       /* it reads zeros and forgets what is written */
    bool logs;          /* what is written to it is logged */
};

struct devices {
    struct document_list disks; /* of struct disk_device; none: the machine alone */
};

/* Reads what stands under `devices` into a struct devices. */
document_reader devices_read;

/* "size=64MiB content=ext2 backend=memory" of a disk, " log=writes" behind it; a new string. */
char *disk_device_text(const struct disk_device *disk);

/* Whether two experiments, of these names, have the same devices, so that one boot serves both. A
 * folder is an experiment's own. */
bool devices_equal(const char *name, const struct devices *a, const char *other,
                   const struct devices *b);

#endif
