/* SPDX-License-Identifier: MIT */
/* dispatcher.h -- what the dispatcher asks of its surroundings, which it does not know: it runs in
 * the kernel, and in tests on the host. */
#ifndef SPIN_DISPATCH_DISPATCHER_H
#define SPIN_DISPATCH_DISPATCHER_H

#include "engine/jit.h"
#include "spin/core/dispatch/binding/procedure.h"

struct account;
struct event;
struct net_shared;

/* How a raise can end otherwise than with its result; it gives 0 then. */
enum raise_exception {
    RAISE_NO_HANDLER =
        1,          /* the event has a result, nothing fired, and there is no default handler */
    RAISE_FAILED,   /* a handler has failed: no later one was run */
    RAISE_NO_STACK, /* of a raise by verified code: none was run, as too little stack is left */
};

struct dispatcher {
    const struct hooks *hooks;
    const struct jit_options *jit; /* as programs are compiled with */
    /* Shows each stack on which a raise may be under way, saved registers included. Others may run
     * meanwhile, but not whose stack it is. */
    void (*each_stack)(void (*see)(const uint64_t *from, const uint64_t *end, void *with),
                       void *with);
    /* The raise of an event whose return address lies here ends by an exception. */
    void (*exception)(const struct event *event, enum raise_exception what, uintptr_t raise);
    /* The net of a raise that begins: net_shared_open, and what the surroundings want to know of
     * the moment; and, after it has landed, for their sake. */
    void (*net_open)(struct net_shared *net);
    void (*net_landed)(struct net_shared *net);
    /* Where this thread's subject is: whom it acts for, as the security manager has it. */
    uint64_t *(*subject)(void);
    /* A handler has become `failing` (net_handler.h). From anywhere. */
    void (*failing)(void);
    /* This thread's time is that account's from here on; null: as before. Gives whose it was. */
    struct account *(*charge)(struct account *payer);
    /* A time, in any unit, for events that are watched. */
    uint64_t (*now)(void);
    /* From the first to the second nobody else runs: a few instructions. */
    void (*begin)(void);
    void (*end)(void);
    /* From the first to the second other strands run, but who changes what is bound, loaded or
     * named waits. Nests. Not in a region without preemption, nor in an interrupt. */
    void (*lock)(void);
    void (*unlock)(void);
};

/* The one there is; set at boot. */
extern const struct dispatcher *dispatcher;

/* Memory by its hooks (engine/hooks.h). */
static inline void *dispatcher_allocate(size_t bytes) {
    return dispatcher->hooks->allocate(dispatcher->hooks->owner, bytes);
}

static inline void dispatcher_release(void *memory, size_t bytes) {
    dispatcher->hooks->release(dispatcher->hooks->owner, memory, bytes);
}

#endif
