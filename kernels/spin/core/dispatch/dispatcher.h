/* SPDX-License-Identifier: MIT */
/* dispatcher.h -- what the dispatcher asks of its surroundings, which it does not know: it runs in
 * the kernel, and in tests on the host. */
#ifndef SPIN_DISPATCH_DISPATCHER_H
#define SPIN_DISPATCH_DISPATCHER_H

#include "spin/core/dispatch/procedure.h"

struct event;

struct dispatcher {
    const struct hooks *hooks;
    /* Calls see(word, with) with each aligned word of each stack on which a raise may be under way,
     * saved registers included. */
    void (*each_stack_word)(void (*see)(uintptr_t word, void *with), void *with);
    /* A raise of an event with a result has found no handler, nor a default one. */
    void (*nobody)(const struct event *event);
    /* From the first to the second no other change is made, and nobody raises. */
    void (*begin)(void);
    void (*end)(void);
};

/* The one there is; set at boot. */
extern const struct dispatcher *dispatcher;

#endif
