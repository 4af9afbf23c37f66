/* SPDX-License-Identifier: MIT */
/* verified.h -- programs of extensions as guards and handlers. That a program has the type of what
 * it shall be was seen to when it was loaded as one of a kind, whose prototype has the closure, if
 * any, before the event's parameters; otherwise it was refused with both types. What is looked at
 * here is what was proven of it.
 *
 * The extension stays loaded until the binding's closure is released. */
#ifndef SPIN_CORE_VERIFIED_H
#define SPIN_CORE_VERIFIED_H

#include "spin/core/dispatch/binding.h"
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

/* A handler that can end early. It is run within the net: used-up fuel terminates it, and it has
 * not fired; all else that ends it (an error of what it called, a fault) fails the raise. */
struct net_handler {
    const struct load_program *program;
    bool has_closure;
    void *closure;
    uint64_t fuel;
    uint32_t terminated, failed; /* so often */
    struct net_report report;    /* of the last time */
};

/* Makes the procedure of a binding that is BINDING_MAY_END of *n, whose first four fields are set,
 * and which lives as long as the procedure: it is the procedure's closure. No filter. 0, or
 * -E_INVALID: the program is not of this kind. */
int verified_net_handler(struct net_handler *n, const struct typing *kind,
                         struct procedure *handler);

#endif
