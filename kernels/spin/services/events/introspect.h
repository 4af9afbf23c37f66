/* SPDX-License-Identifier: MIT */
/* introspect.h -- what is bound to an event, and how it is raised: for shells and checks. */
#ifndef SPIN_INTROSPECT_H
#define SPIN_INTROSPECT_H

#include "spin/core/dispatch/binding/binding.h"

struct event_report {
    enum level level;
    const char *why; /* it has this level and no better one */
    uint32_t bindings, limit;
    bool intrinsic; /* the intrinsic handler is installed */
    bool has_result_handler, has_default_handler, asynchronous;
    size_t bytes; /* of memory and code, of all that the event has beyond its cell */
};

struct binding_report {
    const struct event_binding *binding;
    const char *by;    /* the module's name */
    const char *level; /* how its guards and its handler are run, and why so */
    event_fn *handler;
    uint32_t guards, imposed; /* all, and those of them that the authority added */
    bool asynchronous;        /* then so many runs are pending, and were lost */
    uint32_t pending, lost;
    uint64_t runs, time; /* of the handler while the event was watched, of an asynchronous one at
                            all times; in units of dispatcher->now */
};

void event_report(const struct event *event, struct event_report *report);

/* The n-th binding in the order in which a raise comes to them. False: there are not so many. */
bool binding_report(const struct event *event, uint32_t n, struct binding_report *report);

#endif
