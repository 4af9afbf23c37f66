/* SPDX-License-Identifier: MIT */
/* dispatch_kernel.h -- the dispatcher's surroundings in the kernel, and what a raise leaves for its
 * raiser. */
#ifndef SPIN_CORE_DISPATCH_KERNEL_H
#define SPIN_CORE_DISPATCH_KERNEL_H

#include "spin/core/dispatch/dispatcher.h"

void dispatch_init(void);

/* The exception NoHandlerInvoked, for who can do without a result: the event of the last raise for
 * which there was no handler, and which gave 0 therefore; null, if there was none since this was
 * asked last. */
const struct event *event_without_handler(void);

#endif
