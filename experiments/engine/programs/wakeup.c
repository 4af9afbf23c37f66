/* SPDX-License-Identifier: MIT */
/* wakeup.c -- a wakeup predicate as the exokernel evaluates it at each iteration of a sleeping
 * environment: is there a packet, has the time come, is a signal pending, or is there memory? */
#include "contexts.h"

longest wakeup(const struct wakeup_context *c);
longest wakeup(const struct wakeup_context *c) {
    return c->ring_head != c->ring_tail || c->now >= c->deadline || (c->signals & ~c->masked) ||
           c->free_pages >= c->wanted_pages;
}
