/* SPDX-License-Identifier: MIT */
/* spin-user.c -- the SPIN-style kernel's null call, from its user process: the event Trap.Syscall,
 * whose guards on address space and number are merged. */
#include "spin/user/stubs.h"

#define NULL_CALL SPIN_CALL_null
#include "null_calls.h"
