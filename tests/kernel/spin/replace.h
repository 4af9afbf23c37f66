/* SPDX-License-Identifier: MIT */
/* replace.h -- for checks that put a handler in the place of an event's intrinsic one. */
#ifndef TESTS_SPIN_REPLACE_H
#define TESTS_SPIN_REPLACE_H

#include "machine/memory/heap.h"
#include "spin/core/event.h"

/* Replaces the intrinsic handler, in one change; 0, or why not. */
int replace_intrinsic(const struct event *event, struct procedure handler);
/* Numbers that raises have left below the caller's frame look like raises under way, where the
 * frames of the readers have room that they do not use. */
void clear_stack_below(void);
/* All is as at boot: the cell, and the memory that changes took. */
void restore_event(const struct event *event);

/* The same for a handler that the compiler has looked at. */
#define REPLACE(id, fn) replace_intrinsic(&event_##id, (struct procedure)EVENT_HANDLER(id, fn))

/* No more memory is used than then. It is less where a number that looked like a raise of an
 * earlier check has gone from the stack, and with it the plan that it kept. */
static inline bool heap_is_back(size_t then) {
    return heap_used() <= then;
}

#endif
