/* SPDX-License-Identifier: MIT */
/* handle_once.h -- the one handler of a service that hears of something from its first use on. */
#ifndef SPIN_SERVICES_HANDLE_ONCE_H
#define SPIN_SERVICES_HANDLE_ONCE_H

#include "spin/core/dispatch/change.h"

/* The module, which may not exist yet, handles this event and nothing else from here on; nothing
 * where it handles something already. 0, or change_install()'s errors. */
static inline int handle_once(struct module *by, const struct event *event,
                              struct procedure handler) {
    const struct handler_request request = {.handler = handler};
    struct change c;
    module_add(by);
    if (!list_empty(&by->bindings))
        return 0;
    change_open(&c, by, NULL);
    change_install(&c, event, &request, NULL);
    return change_commit(&c);
}

#define HANDLE_ONCE(id, fn)                                                                        \
    handle_once(THIS_MODULE, &event_##id, (struct procedure)EVENT_HANDLER(id, fn))

#endif
