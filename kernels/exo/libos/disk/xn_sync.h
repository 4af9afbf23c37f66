/* SPDX-License-Identifier: MIT */
/* xn_sync.h -- what is dirty of a volume goes to the disk, whoever wrote it, from what everybody
 * may read of the registry alone: no mount, no file system, no right. So what a process leaves that
 * was killed is written by whoever cares. */
#ifndef EXO_LIBOS_DISK_XN_SYNC_H
#define EXO_LIBOS_DISK_XN_SYNC_H

#include <stdbool.h>
#include <stdint.h>

/* Writes back all of it that may be written, pass after pass, and flushes after each, by the
 * capability in `slot`, whatever that is. How many blocks are still dirty: they were written again
 * meanwhile, or wait for what nobody has written yet. -E_NOT_FOUND: there is no such volume;
 * -E_READ_ONLY; -E_DAMAGED: a write failed; the kernel's errors. */
long xn_sync(unsigned volume, unsigned slot);

#endif
