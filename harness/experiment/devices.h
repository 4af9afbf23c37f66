/* SPDX-License-Identifier: MIT */
/* devices.h -- the devices that an experiment's guests get, besides the machine that all have: what
 * stands under `devices` in experiment.yaml. */
#ifndef HARNESS_DEVICES_H
#define HARNESS_DEVICES_H

#include <stdbool.h>
#include <stdint.h>

#include "experiment/document.h"

enum { DEVICES_DISKS_MAX = 4, DEVICES_NICS_MAX = 4 };

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

/* A network interface; those of one hub are on one wire. */
struct nic_device {
    const char *hub;
    size_t number;     /* of its hub, in the order in which they are named first */
    const char *sends; /* a capture in the experiment's folder, whose frames the guest sends by it;
                          or null */
    int line;          /* where it stands */
};

struct devices {
    struct document_list disks; /* of struct disk_device */
    struct document_list nics;  /* of struct nic_device; neither: the machine alone */
    double link_ns;             /* how long a frame is on a wire; 0: not given */
};

/* Reads what stands under `devices` into a struct devices. */
document_reader devices_read;

/* "size=64MiB content=ext2 backend=memory" of a disk, " log=writes" behind it; a new string. */
char *disk_device_text(const struct disk_device *disk);

/* How many wires there are. */
size_t devices_hubs(const struct devices *d);
/* The wire's latency, in ns, as given or else. */
unsigned devices_link_ns(const struct devices *d);

/* Whether two experiments, of these names, have the same devices, so that one boot serves both. A
 * folder and a capture are an experiment's own. */
bool devices_equal(const char *name, const struct devices *a, const char *other,
                   const struct devices *b);

#endif
