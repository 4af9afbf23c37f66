/* SPDX-License-Identifier: MIT */
/* file_calls.h -- the calls of file_abi.h, for systems of calls that ask for them, and what a
 * process has open. */
#ifndef SPIN_SERVICES_FILES_FILE_CALLS_H
#define SPIN_SERVICES_FILES_FILE_CALLS_H

#include "spin/core/event.h"

/* A file's path, by value, of a process that asked for an extension that filters it: names as
 * MS-DOS has them, say. A long one comes in pieces, one after the other. The file system has it as
 * the last filter leaves it. */
#define FILE_NAMED_BYTES 32
EVENT_DECLARE(file_named, long,
              (unsigned long name0, unsigned long name1, unsigned long name2, unsigned long name3));

#ifndef __BPF__
#include "spin/core/space/process.h"

/* Processes of the system with this handler have the calls from here on; without a disk nothing
 * happens. `own`: the system is the kernel's own, and mounts volumes. */
void file_calls_install(address_space_handler *system, bool own);

/* The child has open what its parent has. 0 or -E_NO_MEMORY. */
int file_calls_inherit(struct process *child, const struct process *parent);
/* A process whose program is replaced keeps what it has open. */
void file_calls_keep(struct process *next, struct process *was);
#endif

#endif
