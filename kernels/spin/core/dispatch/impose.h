/* SPDX-License-Identifier: MIT */
/* impose.h -- what an authorizer answers who lets everybody handle what a guard holds of: each
 * module its own strands' events, say. */
#ifndef SPIN_DISPATCH_IMPOSE_H
#define SPIN_DISPATCH_IMPOSE_H

#include "spin/core/dispatch/step.h"

/* Handlers are allowed, with this guard before their own, and nothing else: by a filter one could
 * put another's arguments in the place of one's own for all later handlers, and a default handler
 * has no guard. */
bool impose_guard(struct change_request *request, struct procedure guard);

#endif
