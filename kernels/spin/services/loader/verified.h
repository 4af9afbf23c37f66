/* SPDX-License-Identifier: MIT */
/* verified.h -- programs of extensions as guards and handlers. That a program has the type of what
 * it shall be was seen to when it was loaded as one of a kind, whose prototype has the closure, if
 * any, before the event's parameters; otherwise it was refused with both types. What is looked at
 * here is what was proven of it.
 *
 * The extension stays loaded until the binding's closure is released. */
#ifndef SPIN_LOADER_VERIFIED_H
#define SPIN_LOADER_VERIFIED_H

#include "spin/core/dispatch/binding/binding.h"
#include "spin/core/extension.h"

/* What the dispatcher calls; closure and release are the caller's to set. 0, or -E_INVALID: the
 * program is not of this kind, or it can end early, being metered or calling others, which may fail
 * or hold something: only what always comes back can be entered without a net. */
int verified_handler(const struct load_program *program, const struct typing *kind,
                     struct procedure *handler);
/* The same; -E_INVALID also if it is not functional (S-DIS5): the dispatcher may ask a guard more
 * or less often than it seems. */
int verified_guard(const struct load_program *program, const struct typing *kind,
                   struct procedure *guard);

/* The same for a handler that can end early, with this much fuel each time: it goes into the
 * request with *n, which lives as long as its closure. -E_INVALID: not a program of this kind. */
int verified_net_handler(const struct load_program *program, const struct typing *kind,
                         uint64_t fuel, struct net_handler *n, struct procedure *handler);

#endif
