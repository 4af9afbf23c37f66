/* SPDX-License-Identifier: MIT */
/* explain.h -- a verdict in terms of the source. */
#ifndef ENGINE_EXPLAIN_H
#define ENGINE_EXPLAIN_H

#include "engine/object.h"
#include "engine/verify.h"

/* Adds to the verdict's text, as far as the object tells: the source line that broke the rule, in
 * front, and those of the forks on the way, before the hint. origin[i] is the object's slot that
 * the program's slot i was. */
void explain_verdict(const struct object *object, const uint32_t *origin, struct verdict *verdict);

#endif
