/* SPDX-License-Identifier: MIT */
/* guard_ten.c -- a guard with ten conditions, all of which have to hold; on the fixed input they
 * do. */
#include "contexts.h"

longest guard_ten(const struct event_context *e);
longest guard_ten(const struct event_context *e) {
    return e->protocol == 17 && e->source_port >= 1024 && e->target_port == 53 &&
           (e->source & 0xffffff00) == 0x0a000100 && e->target == 0x0a000001 && e->length >= 12 &&
           e->length <= 512 && (e->flags & 3) == 0 && e->device != 0 && e->user < e->priority;
}
