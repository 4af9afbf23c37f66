/* SPDX-License-Identifier: MIT */
/* counts.bpf.c -- a system call more, number 78, for the process that asks for it: how often it has
 * called it. */
#include "machine/cpu/trap_frame.h"
#include "spin/core/space/call_system.h"
#include "spin/extend.h"

#define CALL_COUNTS 78

static unsigned long calls;

GUARD(trap_syscall) _Bool is_counts(struct trap_frame *f, const struct call_system *system) {
    (void)system;
    return f->rax == CALL_COUNTS;
}

INSTEAD(trap_syscall) void counts(struct trap_frame *f, const struct call_system *system) {
    (void)system;
    f->rax = ++calls;
}
