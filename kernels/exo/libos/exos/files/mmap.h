/* SPDX-License-Identifier: MIT */
/* mmap.h -- memory by the page: of zeroes, shared with children, or a file's own pages. Each
 * process has its list of areas (area.h); a child has its parent's.
 *
 * A result below 0 is -E_SOMETHING: -E_INVALID: not whole pages, nothing to be read, both to be
 * written and executed, or no file of the file system in memory; -E_PERM: not opened for this;
 * -E_FULL: no address, area or room is left; the kernel's. */
#ifndef EXO_LIBOS_EXOS_MMAP_H
#define EXO_LIBOS_EXOS_MMAP_H

#include <stdint.h>

#include "exo/libos/exos/files/files.h"

#define EXOS_EXECUTE 0x1000u /* beside EXOS_READ and EXOS_WRITE */

/* How: what is written is seen by all who have it (else it is this process's own); and `at` is
 * where it is to be, and what was there is gone. */
#define EXOS_MAP_SHARED 1u
#define EXOS_MAP_FIXED  2u

/* Where they are. fd: the file whose bytes from `offset` on these are; -1: zeroes, which take no
 * frame before they are touched, unless they are shared. Pages behind the file's end are not
 * there. A file that is cut while somebody has its pages leaves him pages that may become
 * another file's. */
long exos_mmap(uint64_t at, uint64_t bytes, unsigned rights, unsigned how, int fd, uint64_t offset);
long exos_munmap(uint64_t at, uint64_t bytes);
/* -E_NOT_FOUND: not all of it is memory of exos_mmap. */
long exos_mprotect(uint64_t at, uint64_t bytes, unsigned rights);

enum { AREA_PRIVATE, AREA_SHARED }; /* an area's kind */
struct area;
/* What is at this address, as of area.h; null: nothing of exos_mmap. */
const struct area *mmap_area(uint64_t at);

/* The memory behind the program's own ends there from now on; 0: where it ends now. */
long exos_brk(uint64_t end);

#endif
