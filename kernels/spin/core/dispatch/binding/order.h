/* SPDX-License-Identifier: MIT */
/* order.h -- in which order the bindings of an event come.
 *
 * Those that are First come before those with no wish, and these before those that are Last. Of two
 * Firsts the one installed later comes first; otherwise the one installed earlier. Before that go
 * the relations, Before or After another binding of the event: of those whose predecessors have all
 * come, the first in that order is next. An order that cannot be, as one that contradicts First or
 * Last, is refused. */
#ifndef SPIN_DISPATCH_ORDER_H
#define SPIN_DISPATCH_ORDER_H

#include "spin/core/dispatch/binding/binding.h"

/* Puts all installed bindings into `sequence`, which has room for them. False: there is no such
 * order. Quadratic where there are relations, else linear. */
bool order_find(const struct bindings *bindings, struct event_binding **sequence);

#endif
