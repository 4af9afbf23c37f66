/* SPDX-License-Identifier: MIT */
/* binding.h -- events, and what is bound to them. */
#ifndef SPIN_DISPATCH_BINDING_H
#define SPIN_DISPATCH_BINDING_H

#include "lib/list.h"
#include "spin/core/dispatch/order.h"
#include "spin/core/dispatch/procedure.h"

struct bindings;

/* Read-only; what changes is behind its pointers. */
struct event {
    const char *name; /* "Interface.Procedure" */
    event_fn **cell;  /* where a raise jumps through */
    event_fn *intrinsic;
    uint8_t arguments;          /* with more than EVENT_ARGUMENTS_MAX nothing can be installed */
    uint8_t result_bytes;       /* 1, 2, 4 or 8; 0: it gives no result */
    struct bindings **bindings; /* null in it: nobody ever changed it */
};

enum {
    BINDING_CANCEL = 1, /* where its handler has fired, no later one runs */
    BINDING_FILTER = 2, /* its handler takes the address of the arguments, not the arguments, and
                           may change them for all that is asked or run after it */
};

struct guard {
    struct list link; /* of its binding */
    struct event_binding *binding;
    struct held *held;
    bool imposed; /* asked before the binding's own */
};

struct event_binding {
    struct list link; /* of its event, in the order of installation; alone while it is withdrawn */
    struct bindings *of;
    struct order order;
    uint32_t waits_for; /* order.c's: predecessors that have not come yet */
    uint8_t flags;
    struct held *handler, *post; /* post may be null */
    struct list guards;
};

/* The levels at which a raise can run; see docs/spin.md. DIRECT is what an event has of itself. */
enum level { LEVEL_DIRECT, LEVEL_INTERPRETED, LEVEL_STUB, LEVEL_BEST = LEVEL_STUB };

/* What an event has from its first change on. */
struct bindings {
    const struct event *event;
    struct list installed; /* of struct event_binding, in the order of installation */
    uint32_t count;
    struct event_binding *intrinsic; /* also while it is withdrawn */
    struct held *result;             /* the result handler, or null... */
    uint64_t initial;                /* ...and the running value that it begins with */
    struct held *otherwise;          /* the default handler, or null */
    enum level level;                /* the best that is allowed */
    struct plan *plan;               /* what the cell leads to */
};

#endif
