/* SPDX-License-Identifier: MIT */
/* key.h -- the number by which a binding can be found: its handler runs only where that number lies
 * in one range. Of bindings with one key those whose range it is not in need not be asked.
 *
 * Nobody can tell. The number is looked at before the first of them is asked, and must be the same
 * when it would be the others' turn: an argument is, as no filter comes between; what an argument
 * points to may be changed by a handler, so it is a key only of those that are the last if they
 * run. Guards before the one that wants the number are skipped where it is another: they have no
 * effects, and nobody promises how often they are asked. */
#ifndef SPIN_DISPATCH_KEY_H
#define SPIN_DISPATCH_KEY_H

#include "engine/conjunct.h"
#include "spin/core/dispatch/binding/binding.h"

struct key {
    struct guard_source source; /* its arguments are the event's */
    uint64_t mask;
};

/* A range that the key's number lies in. */
struct key_range {
    struct key key;
    uint64_t low, high;
};

/* The n-th key that the binding has. False: there are not so many. */
bool key_of(const struct event_binding *binding, uint32_t n, struct key *key);
/* The range under this key. False: the binding does not have it. */
bool key_range_of(const struct event_binding *binding, const struct key *key,
                  struct key_range *range);
/* Does the conjunct of one of its guards say this and no more? */
bool key_range_is(const struct key_range *range, const struct procedure *guard,
                  const struct conjunct *conjunct);

#endif
