/* SPDX-License-Identifier: MIT */
/* mach_calls.h -- programs of the Mach-like model, and their calls (spin/mach_abi.h): handlers of
 * Trap.Syscall, each under the verified guard of system and number, as those of user_calls.h. */
#ifndef SPIN_SERVICES_MACH_MACH_CALLS_H
#define SPIN_SERVICES_MACH_MACH_CALLS_H

#include "spin/core/space/process.h"

/* Runs the program as the first task, which has a in rdi, with all tasks that it creates; gives how
 * it ended. 0; or vmspace_model_load()'s and mach_first()'s errors. The model stays started. */
int mach_run(const char *program, uint64_t a, const char *words, struct process_end *end);

#endif
