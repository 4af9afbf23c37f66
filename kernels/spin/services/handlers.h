/* SPDX-License-Identifier: MIT */
/* handlers.h -- handlers that a service has on events of the kernel: as long as it needs them, or
 * from its first use on. */
#ifndef SPIN_SERVICES_HANDLERS_H
#define SPIN_SERVICES_HANDLERS_H

#include "spin/core/event.h"

/* A handler, and an event of the module that all of a list are of. */
struct handler_of {
    const struct event *event;
    struct handler_request request;
};

/* An entry of a list, under a guard; behind it what else the request has. */
#define HANDLER_OF(id, fn, guard_, ...)                                                            \
    {                                                                                              \
        &event_##id, {                                                                             \
            .handler = EVENT_HANDLER(id, fn), .guard = EVENT_GUARD(id, guard_), __VA_ARGS__        \
        }                                                                                          \
    }

/* All of the list handle their events, by the authority of these, and each has a binding; they do
 * so no more. 0; or the errors of change_install() and change_commit(), and all is as it was. Who
 * may come to it twice at once has the lock (dispatcher.h) for both the question and the call. */
int handlers_bind(const struct handler_of *handler, size_t n, struct event_binding *binding[]);
int handlers_unbind(struct event_binding *const binding[], size_t n);

/* The module, which may not exist yet, handles this event and nothing else from here on; nothing
 * where it handles something already. Errors as above. */
int handle_once(struct module *by, const struct event *event, struct procedure handler);

#define HANDLE_ONCE(id, fn)                                                                        \
    handle_once(THIS_MODULE, &event_##id, (struct procedure)EVENT_HANDLER(id, fn))

#endif
