/* SPDX-License-Identifier: MIT */
/* told.h -- hello, which says what a kernel was told; and what becomes of a boot command line that
 * is longer than PROTOCOL_TOLD_MAX: half of what was asked for is something else, so nothing of it
 * is done. */
#ifndef COMMON_TOLD_H
#define COMMON_TOLD_H

#include "machine/boot/boot.h"
#include "measure/agent.h"

/* What the kernel of this system says of itself in hello; told is left to the caller. */
struct agent_hello told_hello(const char *system);

/* Comes back where the command line was taken. Else says hello and why in a log record, and ends
 * the machine without done. */
void told_check(const struct boot_info *boot, const char *system);

#endif
