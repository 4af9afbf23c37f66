/* SPDX-License-Identifier: MIT */
/* authority.h -- who may make which step of a change. The event's authority may make any. Somebody
 * else may, if the event's authorizer allows it, or its module's where the event has none; without
 * either nobody may. Some steps are for the authority alone, and what concerns a binding for the
 * authority and who installed it. */
#ifndef SPIN_DISPATCH_AUTHORITY_H
#define SPIN_DISPATCH_AUTHORITY_H

#include "spin/core/dispatch/binding/binding.h"

/* Asked besides and before: the access policy; or null. */
extern authorizer_fn *authority_policy;

/* 0 or -E_PERM. The request is complete. */
int authority_ask(struct change_request *request);
/* For what only the authority may do. */
int authority_alone(const struct module *by, const struct event *event);

/* Who may change what the module's events are bound to, all of them, and an event alone. 0, or
 * -E_PERM: `by` is not a module, or not the authority. Bindings that are there stay. */
int authorizer_of_module(struct module *by, const struct authorizer *authorizer);
int authorizer_of_event(const struct module *by, const struct event *event,
                        const struct authorizer *authorizer);

#endif
