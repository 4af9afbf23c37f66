/* SPDX-License-Identifier: MIT */
/* exo-paging.h -- what the rows of this experiment ask of a process of ExOS (exo-server.c), by
 * control transfer: word 0 is the workload, word 1 whether the policy is the application's own. The
 * reply: how many instructions, faults and system calls it took. */
#ifndef EXPERIMENTS_ABSTRACTION_EXO_PAGING_H
#define EXPERIMENTS_ABSTRACTION_EXO_PAGING_H

#define PAGING_SERVER "paging-server"
#define PAGING_SLOT   5 /* of the capability that all of its pages belong to */

enum paging { PAGING_GC_TRAPS, PAGING_CACHE_SCAN, PAGING_DATABASE };

#endif
