/* SPDX-License-Identifier: MIT */
/* async_worker.h -- the strands that run what is asynchronous (core/dispatch/plan/async.h), one for
 * each such handler or event, so that one whose handler waits keeps nobody else waiting. */
#ifndef SPIN_SERVICES_ASYNC_WORKER_H
#define SPIN_SERVICES_ASYNC_WORKER_H

/* From here on handlers and events can be asynchronous. There are strands. */
void async_worker_init(void);

#endif
