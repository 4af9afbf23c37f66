/* SPDX-License-Identifier: MIT */
/* dispatch_kernel.h -- the dispatcher's surroundings in the kernel, and what a raise leaves for its
 * raiser. */
#ifndef SPIN_CORE_DISPATCH_KERNEL_H
#define SPIN_CORE_DISPATCH_KERNEL_H

#include "spin/core/dispatch/binding/dispatcher.h"
#include "spin/core/raise_trap.h"

void dispatch_init(void);

/* How the last raise of this thread ended that did so by an exception, and which event's it was; 0
 * if none has since this was asked last. For who can do without a result; event may be null. */
enum raise_exception raise_exception_take(const struct event **event);
void raise_exception_set(const struct event *event, enum raise_exception what);

#endif
