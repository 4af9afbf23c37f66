/* SPDX-License-Identifier: MIT */
/* failing.h -- handlers that fail again and again. Each failure ends its raise with an exception
 * and is charged to who installed the handler (RESOURCE_FAILURES). A handler that fails when the
 * account has no more left is withdrawn, with a line in the log: a strand of the kernel's does
 * that, as soon as it has the processor, and an event tells it. Modules of the image have no such
 * quota. */
#ifndef SPIN_SERVICES_FAILING_H
#define SPIN_SERVICES_FAILING_H

#include "spin/core/event.h"

/* Asynchronous: some handler has to be withdrawn. */
EVENT_DECLARE(handler_failing, void, ());

/* How often handlers that the module has now were terminated at the authority's bound. */
uint64_t handlers_cut(const struct module *m);

/* Behind all that strands and workers need. */
void failing_init(void);

#endif
