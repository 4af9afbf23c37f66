/* SPDX-License-Identifier: MIT */
/* authority.c -- see authority.h. */
#include "spin/core/dispatch/authority.h"

#include "lib/error.h"

authorizer_fn *authority_policy;

int authority_alone(const struct module *by, const struct event *event) {
    return by == event->module ? 0 : -E_PERM;
}

int authority_ask(struct change_request *request) {
    const struct event *event = request->event;
    if (request->by == event->module)
        return 0;
    if (request->binding && request->binding->by != request->by)
        return -E_PERM;
    if (authority_policy && !authority_policy(NULL, request))
        return -E_PERM;
    const struct authorizer *a =
        event->authorizer->allows ? event->authorizer : &event->module->authorizer;
    return a->allows && a->allows(a->closure, request) ? 0 : -E_PERM;
}

int authorizer_of_module(struct module *by, const struct authorizer *authorizer) {
    if (!module_exists(by))
        return -E_PERM;
    by->authorizer = *authorizer;
    return 0;
}

int authorizer_of_event(const struct module *by, const struct event *event,
                        const struct authorizer *authorizer) {
    if (!module_exists(by) || by != event->module)
        return -E_PERM;
    *event->authorizer = *authorizer;
    return 0;
}
