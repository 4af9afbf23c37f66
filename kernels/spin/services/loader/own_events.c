/* SPDX-License-Identifier: MIT */
/* own_events.c -- events that extensions may handle (loader.h). */
#include "machine/report/panic.h"
#include "spin/core/dispatch/authority.h"
#include "spin/core/event.h"
#include "spin/services/loader/loader.h"

static bool allows(void *guard, struct change_request *request) {
    const uint64_t number = extension_serial(request->by);
    return number && impose_guard(request, (struct procedure){.entry = (event_fn *)(uintptr_t)guard,
                                                              .has_closure = true,
                                                              .closure = (void *)number});
}

void own_events_open(struct module *by, struct procedure guard, uint64_t bound) {
    const struct authorizer authorizer = {allows, (void *)(uintptr_t)guard.entry};
    struct change c;
    int error = authorizer_of_module(by, &authorizer);
    assert_that(!error);
    change_open(&c, by, NULL);
    for (size_t i = 0; bound && i < event_count(); i++)
        if (event_at(i)->module == by)
            change_bound(&c, event_at(i), bound);
    if (change_commit(&c))
        panic("own_events_open: the events of %s cannot be bounded", by->name);
}

void event_open_to_own(const struct event *event, struct procedure guard) {
    const struct authorizer authorizer = {allows, (void *)(uintptr_t)guard.entry};
    assert_that(authorizer_of_event(event->module, event, &authorizer) == 0);
}

static bool anybody(void *unused, struct change_request *request) {
    (void)unused, (void)request;
    return true;
}

void event_open_to_all(const struct event *event) {
    static const struct authorizer open_to_all = {.allows = anybody};
    assert_that(authorizer_of_event(event->module, event, &open_to_all) == 0);
}
