/* SPDX-License-Identifier: MIT */
/* calls.h -- the calls of processes of the Unix model (spin/unix_abi.h): handlers of Trap.Syscall,
 * each under the verified guard of system and number, as those of user_calls.h. */
#ifndef SPIN_SERVICES_UNIX_CALLS_H
#define SPIN_SERVICES_UNIX_CALLS_H

#include "spin/core/space/address_space.h"

/* What their address spaces are created with: for numbers that are no calls. */
address_space_handler unix_calls_handler;

/* The pager is loaded, and all calls are handled. vmspace_model_start()'s errors. */
int unix_calls_start(void);

#endif
