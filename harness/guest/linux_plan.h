/* SPDX-License-Identifier: MIT */
/* linux_plan.h -- how Linux is told what to run: a second cpio archive behind the initramfs with
 * the one file /plan, always of the same size. A Linux row moves when its command line's length
 * changes, so the plan may not be there.
 *
 * In boots with devices also what they have: Linux's are RAM disks, since it is exact with those
 * only (docs/disk.md); network interfaces are QEMU's. The kernel's modules for that, a file
 * `devices` that says what to do (`module FILE PARAMETERS`, `disk NUMBER`), and for each disk its
 * blocks that are not zero, each behind its place. And files that the boot brings (a capture that
 * an interface sends), as our kernels have them in their archives. */
#ifndef HARNESS_LINUX_PLAN_H
#define HARNESS_LINUX_PLAN_H

#include "base/failure.h"
#include "base/text.h"
#include "guest/qemu.h"

enum { LINUX_PLAN_BYTES = 4096 };

/* What a boot has beside the machine alone. */
struct guest_devices {
    const struct qemu_disk *disks;
    size_t count;
    bool virtio;               /* its disks are QEMU's, too */
    bool nics;                 /* it has network interfaces */
    const struct texts *files; /* of the host's that its archive has, "NAME:PATH"; null: none */
};

/* A file in memory (qemu_memory) with the initramfs at INITRAMFS, PLAN, the disks and the drivers
 * that the devices need behind it; or -1 with *why: 32 where the initramfs or a module cannot be
 * read, 64 where the plan is too long. */
int linux_initrd(const char *initramfs, const char *plan, const struct guest_devices *devices,
                 struct failure *why);

#endif
