/* SPDX-License-Identifier: MIT */
/* iso.h -- a GRUB image for one boot, with its command line in the menu: the way a PC starts our
 * systems, in QEMU. */
#ifndef HARNESS_ISO_H
#define HARNESS_ISO_H

#include "base/failure.h"
#include "guest/system.h"

/* Builds an ISO that boots the image KERNEL, named SYSTEM there, with PROGRAMS, an open archive,
 * and COMMAND_LINE, at once. Gives its path (a new string; the caller unlinks it), or null with
 * *why: 32 where a tool is missing, 33 where it fails. */
char *iso_make(const struct system *system, const char *kernel, int programs,
               const char *command_line, struct failure *why);

#endif
