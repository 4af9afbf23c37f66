/* SPDX-License-Identifier: MIT */
/* linux_plan.h -- how Linux is told what to run: a second cpio archive behind the initramfs with
 * the one file /plan, always of the same size. A Linux row moves when its command line's length
 * changes, so the plan may not be there. */
#ifndef HARNESS_LINUX_PLAN_H
#define HARNESS_LINUX_PLAN_H

#include "base/failure.h"

enum { LINUX_PLAN_BYTES = 4096 };

/* A file in memory (qemu_memory) with the initramfs at INITRAMFS and PLAN behind it, or -1 with
 * *why: 32 where the initramfs cannot be read, 64 where the plan is too long. */
int linux_initrd(const char *initramfs, const char *plan, struct failure *why);

#endif
