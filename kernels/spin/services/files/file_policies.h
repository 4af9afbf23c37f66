/* SPDX-License-Identifier: MIT */
/* file_policies.h -- what extensions may decide of files: events that are raised with numbers and
 * answered in few instructions. What one answers is held against what there is by who asks; one
 * that is cut has not answered. Whose pages go is asked by Cache.ChooseVictim (cache_object.h). */
#ifndef SPIN_SERVICES_FILES_FILE_POLICIES_H
#define SPIN_SERVICES_FILES_FILE_POLICIES_H

#include "spin/core/event.h"

/* Mode, owner, and whether it is to be written: may it be opened? */
EVENT_DECLARE(file_access, _Bool, (unsigned long mode, unsigned long owner, unsigned long wanted));
/* How many pages are read at once, 1 to 16, when this page is not in memory; `next`: behind the one
 * read last; `left`: to the file's end. */
#define FILE_AHEAD_USUAL 8 /* of who reads one after the other */
EVENT_DECLARE(file_read_ahead, unsigned,
              (unsigned long page, unsigned long next, unsigned long left));

/* The file's block of this number is to have a place: where had it best be, of the volume's blocks?
 * 0: where the file system likes, which may take another one in any case. */
EVENT_DECLARE(file_place, unsigned long,
              (unsigned long file, unsigned long number, unsigned long blocks));
/* Is a file of so many bytes kept in a cache that has room for so many and this policy, by its
 * extension's number? Asked of that extension alone, when the file is opened; else it is. */
EVENT_DECLARE(file_kept, _Bool, (unsigned long policy, unsigned long bytes, unsigned long room));

#ifndef __BPF__
/* Extensions may handle them from here on. */
void file_policies_init(void);
#endif

#endif
