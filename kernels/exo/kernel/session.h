/* SPDX-License-Identifier: MIT */
/* session.h -- the kernel's side of sessions of measurement (measure/session.h), which an
 * environment leads: it may have rows that can only be timed here. A kernel that is built without
 * them has exo/unmeasured.c in the place of session.c. */
#ifndef EXO_KERNEL_SESSION_H
#define EXO_KERNEL_SESSION_H

#include <stdint.h>

void session_init(void);

long sys_session(uint64_t slot, uint64_t phase, uint64_t words, uint64_t length);

#endif
