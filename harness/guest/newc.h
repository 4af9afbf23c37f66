/* SPDX-License-Identifier: MIT */
/* newc.h -- members of what a guest boots with: an archive in cpio's format "newc" (Linux's
 * Documentation/driver-api/early-userspace/buffer-format.rst). */
#ifndef HARNESS_NEWC_H
#define HARNESS_NEWC_H

#include <stdio.h>

#include "base/failure.h"
#include "base/text.h"

/* One member, its name and its contents each padded to four bytes. */
void newc_member(FILE *to, const char *name, unsigned mode, const char *bytes, size_t length);

/* Files of the host's, "NAME:PATH" each (null: none), as members of these names. 0, or 32 with *why
 * where one cannot be read. */
int newc_files(FILE *to, const struct texts *files, struct failure *why);

#endif
