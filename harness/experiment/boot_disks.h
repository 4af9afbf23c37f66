/* SPDX-License-Identifier: MIT */
/* boot_disks.h -- the disks of one boot: made from an experiment's devices, each a copy of its own
 * in memory; and kept, where that is wanted, when the boot is over. */
#ifndef HARNESS_BOOT_DISKS_H
#define HARNESS_BOOT_DISKS_H

#include "base/folder.h"
#include "experiment/experiment.h"
#include "guest/qemu.h"

struct boot_disks {
    struct qemu_disk disk[QEMU_DISKS_MAX];
    size_t count;
};

/* The shape of E's disks, without their contents: for qemu_machine. E null: none. 0, or 40 with
 * *why: a folder that one shall contain cannot be read. */
int boot_disks_shape(struct boot_disks *d, const struct experiment *e, struct failure *why);

/* Makes them, with their contents; adds of each to *told (or null) what it is and the hash of its
 * bytes. 0; 32: a tool is missing, 33: the image cannot be made, 43: no space, with *why, and
 * nothing is left of them. */
int boot_disks_make(struct boot_disks *d, const struct experiment *e, struct texts *told,
                    struct failure *why);

/* Writes what they are now into the run, "disks/NAME.0.img" and so on, and logs of what was
 * written, "disks/NAME.0.log". 0 or as folder_begin. */
int boot_disks_keep(const struct boot_disks *d, struct folder *folder, const char *name,
                    struct failure *why);

/* Writes an anonymous file into the run as NAME. 0 or as folder_begin. */
int boot_file_keep(int fd, struct folder *folder, const char *name, struct failure *why);

/* Fine on {0}. */
void boot_disks_close(struct boot_disks *d);

#endif
