/* SPDX-License-Identifier: MIT */
/* segment.h -- memory that processes share by its name, a number, whoever is whose parent. It is
 * there as long as a process has it: who forks hands it on, who ends or becomes another program
 * leaves it. */
#ifndef EXO_LIBOS_EXOS_SHARED_SEGMENT_H
#define EXO_LIBOS_EXOS_SHARED_SEGMENT_H

#include <stdint.h>

#define SEGMENTS      16
#define SEGMENT_PAGES 56

#define EXOS_CREATE    1 /* of zeroes, if there is none */
#define EXOS_EXCLUSIVE 2 /* -E_EXISTS, if there is one */

/* The segment `key` is in this process's pages from `at` on. 0; -E_NOT_FOUND: there is none;
 * -E_INVALID: it has fewer pages, or none may have so many; -E_FULL: there is no room for another
 * segment; the kernel's errors. */
long exos_segment(uint64_t key, uint64_t at, uint64_t pages, unsigned how);

/* It is there no longer. -E_NOT_FOUND: it was not. */
long exos_segment_leave(uint64_t key, uint64_t at);

#endif
