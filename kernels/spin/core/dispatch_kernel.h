/* SPDX-License-Identifier: MIT */
/* dispatch_kernel.h -- the dispatcher's surroundings in the kernel, and what a raise leaves for its
 * raiser. */
#ifndef SPIN_CORE_DISPATCH_KERNEL_H
#define SPIN_CORE_DISPATCH_KERNEL_H

#include "spin/core/dispatch/binding/dispatcher.h"

/* The words of a thread that are the kernel's own (machine/cpu/current.h): how its last raise
 * ended, what verified code has caught of that, and whom it acts for (services/security). */
enum { THREAD_OWN_EVENT, THREAD_OWN_EXCEPTION, THREAD_OWN_CAUGHT, THREAD_OWN_SUBJECT };
#define RAISE_EXCEPTION 7u /* of that word; above is where the raise's return address lies */

void dispatch_init(void);
extern struct dispatcher kernel_dispatcher; /* for services that want to be told of something */

/* How the last raise of this thread ended that did so by an exception, and which event's it was; 0
 * if none has since this was asked last. For who can do without a result; event may be null. */
enum raise_exception raise_exception_take(const struct event **event);
void raise_exception_set(const struct event *event, enum raise_exception what, uintptr_t raise);

#endif
