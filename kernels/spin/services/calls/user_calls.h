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

/* Raises Console.Write with the process's text. The number of bytes, or -E_TOO_LONG (more than
 * USER_TEXT_MAX), -E_FAULT. */
#define USER_TEXT_MAX 1024 /* bytes */
long user_console_write(vaddr_t text, uint64_t length);

#endif
