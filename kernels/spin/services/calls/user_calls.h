/* SPDX-License-Identifier: MIT */
/* user_calls.h -- the calls of spin/abi.h, for spin's own user processes: each is a handler of
 * Trap.Syscall, under a guard on the address space and the number. */
#ifndef SPIN_SERVICES_USER_CALLS_H
#define SPIN_SERVICES_USER_CALLS_H

#include "spin/core/space/trap_syscall.h"

/* What address spaces of these processes are created with: for numbers that are no calls. */
address_space_handler user_calls_handler;

/* Installs them all; panics where that cannot be. */
void user_calls_init(void);

/* Those that other systems have, too. A text has USER_TEXT_MAX bytes at most. */
#define USER_TEXT_MAX 1024
trap_syscall_fn handle_exit, handle_console_write;

#endif
