/* SPDX-License-Identifier: MIT */
/* replace.h -- for checks that put a handler in the place of an event's intrinsic one. */
#ifndef TESTS_SPIN_REPLACE_H
#define TESTS_SPIN_REPLACE_H

#include "spin/core/event.h"

/* Replaces the intrinsic handler, in one change; 0, or why not. */
int replace_intrinsic(const struct event *event, struct procedure handler);
/* All is as at boot: the cell, and the memory that changes took. */
void restore_event(const struct event *event);

/* The same for a handler that the compiler has looked at. */
#define REPLACE(id, fn) replace_intrinsic(&event_##id, (struct procedure)EVENT_HANDLER(id, fn))

#endif
