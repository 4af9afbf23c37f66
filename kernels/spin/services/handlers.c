/* SPDX-License-Identifier: MIT */
/* handlers.c -- see handlers.h. */
#include "spin/services/handlers.h"

#include "spin/core/dispatch/binding/dispatcher.h"

int handlers_bind(const struct handler_of *handler, size_t n, struct event_binding *binding[]) {
    struct change c;
    change_open(&c, handler->event->module, NULL);
    for (size_t i = 0; i < n; i++)
        change_install(&c, handler[i].event, &handler[i].request, &binding[i]);
    return change_commit(&c);
}

int handlers_unbind(struct event_binding *const binding[], size_t n) {
    struct change c;
    change_open(&c, binding[0]->of->event->module, NULL);
    for (size_t i = 0; i < n; i++)
        change_uninstall(&c, binding[i]);
    return change_commit(&c);
}

int handle_once(struct module *by, const struct event *event, struct procedure handler) {
    const struct handler_request request = {.handler = handler};
    struct change c;
    int error = 0;
    dispatcher->lock(); /* two may come first */
    module_add(by);
    if (list_empty(&by->bindings)) {
        change_open(&c, by, NULL);
        change_install(&c, event, &request, NULL);
        error = change_commit(&c);
    }
    dispatcher->unlock();
    return error;
}
