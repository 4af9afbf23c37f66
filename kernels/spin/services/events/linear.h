/* SPDX-License-Identifier: MIT */
/* linear.h -- events that are made at run time, each for an instance of something (a connection, a
 * process), of the type of an event that is there (SPIN's CreateLinear). Each has a cell, bindings
 * and an authorizer of its own, so that who waits for one is not asked for the others:
 *
 *     LINEAR_RAISE(packet_arrived, connection->arrived)(packet, length);
 *
 * A raise is the same call through a cell, and costs a load more. The table of the image's events
 * does not have them: who shall know one is handed it. */
#ifndef SPIN_LINEAR_H
#define SPIN_LINEAR_H

#include "spin/core/dispatch/binding/binding.h"

struct linear_event {
    struct event event;
    event_fn *cell;
    struct bindings *bindings;
    struct authorizer authorizer;
    struct list link; /* of all */
};

/* An event like another one, with its type and intrinsic handler; `by`, a module, is its authority.
 * The name must live as long as it. 0, -E_PERM: `by` is no module, -E_QUOTA, or
 * -E_NO_MEMORY. */
int linear_create(struct linear_event **linear, const struct event *like, struct module *by,
                  const char *name);
/* With all that is bound to it; no raise of it begins any more. Those that are under way or pending
 * (async.h) come to their end with the handlers that they began with, and do not look at it. */
void linear_destroy(struct linear_event *linear);

/* The n-th of those that there are; null: there are not so many. */
const struct event *linear_at(unsigned n);

#define LINEAR_RAISE(id, linear) ((id##_fn *)(linear)->cell)

#endif
