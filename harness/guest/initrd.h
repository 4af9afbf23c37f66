/* SPDX-License-Identifier: MIT */
/* initrd.h -- what a guest boots with beside its kernel (QEMU's -initrd): the archive of its
 * programs, or Linux's initramfs with its plan. */
#ifndef HARNESS_INITRD_H
#define HARNESS_INITRD_H

#include "base/failure.h"
#include "guest/linux_plan.h"
#include "guest/system.h"

/* An open file of it, or -1 with *why: 32 where it cannot be read, and what linux_initrd() has. Of
 * our kernels the plan is on the command line, and the DEVICES are QEMU's: only the files that
 * these bring are wanted here. */
int initrd_open(const struct system *s, const char *plan, const struct guest_devices *devices,
                struct failure *why);

/* An open file of an archive of programs that somebody made himself (boot/archive), with FILES
 * (newc_files) beside them; or -1 with *why: 32 where one cannot be read, 64 where it is no
 * archive. What else is wrong with it the kernel says. */
int archive_open(const char *path, const struct texts *files, struct failure *why);

#endif
