/* SPDX-License-Identifier: MIT */
/* execute.h -- the event Unix.Execute: a process's program is to be another one, by its name. The
 * name is given by value, as numbers, so that a filter changes what later handlers get, and nothing
 * that the caller has (Pardyak and Bershad, OSDI '96, whose filter takes MS-DOS's names):
 *
 *     FILTER(unix_execute) long dos_names(unsigned long *argument) { ... }
 *
 * An extension that a process asks for filters the names of that process alone. Of one that asked
 * for none the event is not even raised: it pays nothing for the filters of others. */
#ifndef SPIN_SERVICES_UNIX_EXECUTE_H
#define SPIN_SERVICES_UNIX_EXECUTE_H

#include "spin/core/event.h"

/* UNIX_NAME_MAX bytes of unix_abi.h. Comes back with an error only. */
EVENT_DECLARE(unix_execute, long,
              (unsigned long name0, unsigned long name1, unsigned long name2, unsigned long name3));

#ifndef __BPF__
#include "machine/types.h"

/* Processes may filter theirs from here on. */
void unix_execute_init(void);

/* For the call `exec` of the current process, by the name at this address there; the rest is in its
 * registers. unix_exec()'s errors; -E_TOO_LONG and -E_FAULT, of name or words; -E_DEAD: a handler
 * has failed. Nothing has changed then. */
long unix_execute_named(vaddr_t name);
#endif

#endif
