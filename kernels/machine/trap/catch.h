/* SPDX-License-Identifier: MIT */
/* catch.h -- a trap or a panic of a function comes back to who called it. */
#ifndef MACHINE_CATCH_H
#define MACHINE_CATCH_H

#include "machine/cpu/trap_frame.h"

/* Runs fn(arg). When it returns: false. When it takes an exception in kernel mode, or panics: true,
 * with the frame in *caught (vector TRAP_PANIC for a panic: its message is panic_message()). Its
 * regions (preempt.h) and its user_run are over then, and what was due in the regions happens; what
 * else fn left half done stays so. Nests.
 * A trap in a device's handler or in preemption's hook is not the interrupted thread's to catch: it
 * is a panic. */
bool trap_catch(struct trap_frame *caught, void (*fn)(void *arg), void *arg);

/* For preempt.c: what is called when regions are over in which the thread was to be preempted. */
void trap_catch_due(void (*fn)(void));

/* Goes back to the innermost trap_catch with this frame; returns where none is active. */
void trap_caught(const struct trap_frame *f);
bool trap_is_caught(void);

#endif
