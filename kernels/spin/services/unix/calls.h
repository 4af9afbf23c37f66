/* SPDX-License-Identifier: MIT */
/* calls.h -- programs of the Unix model, and their calls (spin/unix_abi.h): handlers of
 * Trap.Syscall, each under the verified guard of system and number, as those of user_calls.h. */
#ifndef SPIN_SERVICES_UNIX_CALLS_H
#define SPIN_SERVICES_UNIX_CALLS_H

#include "spin/core/space/process.h"

/* Runs the program as the first process, which has a in rdi, and all that it forks; gives how it
 * ended. 0; or vmspace_model_load()'s and unix_first()'s errors. The model stays started. */
int unix_run(const char *program, uint64_t a, const char *words, struct process_end *end);

#endif
