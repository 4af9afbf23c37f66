/* SPDX-License-Identifier: MIT */
/* user_calls.h -- the handler of Trap.Syscall for spin's own user processes: the calls of
 * spin/abi.h. */
#ifndef SPIN_SERVICES_USER_CALLS_H
#define SPIN_SERVICES_USER_CALLS_H

#include "spin/core/space/trap_syscall.h"

trap_syscall_fn user_calls_handler;

#endif
