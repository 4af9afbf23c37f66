/* SPDX-License-Identifier: MIT */
/* ephemeral.h -- handlers that others bring run for no longer than the event's authority allows
 * (Pardyak and Bershad, OSDI '96, 2.6: EPHEMERAL procedures). */
#ifndef SPIN_DISPATCH_EPHEMERAL_H
#define SPIN_DISPATCH_EPHEMERAL_H

#include "spin/core/dispatch/binding/binding.h"

/* 0: the handler, in the net where `net` is not null, never runs for more than `bound` instructions
 * of its program and of what it calls. What was proven to stay below runs to its end. Another one
 * that calls only what is ephemeral and is metered (its proof has failed, or its kind wants it so)
 * is given no more fuel than that: it is terminated at the bound plus at most its longest straight
 * path. -E_PERM: it is native, calls something that is not ephemeral, or cannot be cut, as it is
 * not metered or has no net. */
int ephemeral_within(const struct procedure *handler, struct net_handler *net, uint64_t bound);

/* The most instructions of its program that one run takes, COST_ENDLESS where nobody knows; of
 * native code, which its installer answers for, 0. */
uint64_t procedure_cost(const struct procedure *procedure, const struct net_handler *net);

/* Does all that is bound stay within the event's budget, with some instructions of the dispatcher's
 * own for each binding? */
bool bindings_fit(const struct bindings *of);

#endif
