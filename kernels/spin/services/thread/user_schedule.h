/* SPDX-License-Identifier: MIT */
/* user_schedule.h -- a process chooses the scheduler of its threads: an extension that handles
 * Group.Select (strand_group.h), of which it has an instance of its own. However many they are,
 * they have the share of the processor that one strand has. */
#ifndef SPIN_SERVICES_USER_SCHEDULE_H
#define SPIN_SERVICES_USER_SCHEDULE_H

#include "spin/services/thread/user_thread.h"

/* The threads that there are and that will be have the scheduler whose name lies at this address,
 * until the process is destroyed. 0; -E_EXISTS: they have one already; -E_INVALID: the extension
 * schedules nothing; -E_TOO_LONG, -E_FAULT; or loader_load()'s errors. */
long user_schedule(struct user_threads *t, vaddr_t name);
/* What the scheduler is told of the thread from now on: its priority, its gang. */
void user_schedule_hint(struct user_thread *u, uint8_t hint);

#endif
