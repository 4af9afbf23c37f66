/* SPDX-License-Identifier: MIT */
/* session.h -- the kernel's side of sessions of measurement (measure/session.h), which an
 * environment leads: it may have rows that can only be timed here. */
#ifndef EXO_KERNEL_SESSION_H
#define EXO_KERNEL_SESSION_H

#include <stdint.h>

long sys_session(uint64_t slot, uint64_t phase, uint64_t words, uint64_t length);

#endif
