/* SPDX-License-Identifier: MIT */
/* guard_one.c -- a guard as most are: is one argument of the event the one that is waited for? */
#include "contexts.h"

longest guard_one(const struct event_context *e);
longest guard_one(const struct event_context *e) {
    return e->target_port == 53;
}
