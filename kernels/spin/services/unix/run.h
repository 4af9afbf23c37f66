/* SPDX-License-Identifier: MIT */
/* run.h -- how the kernel runs a program of the Unix model, and all that it forks. */
#ifndef SPIN_SERVICES_UNIX_RUN_H
#define SPIN_SERVICES_UNIX_RUN_H

#include "spin/core/space/process.h"

/* As the first process, which has a in rdi; gives how it ended. 0; what loader_load() refuses the
 * extension `unix` with, which stays loaded; or vmspace_load()'s and unix_first()'s errors. */
int unix_run(const char *program, uint64_t a, const char *words, struct process_end *end);
/* The extension is not needed any more, until the next run. 0 or -E_BUSY. */
int unix_stop(void);

#endif
